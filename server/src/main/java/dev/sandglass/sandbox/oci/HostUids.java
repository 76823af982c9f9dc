package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.protocol.PeerCheck;

/**
 * The host's uids that a sandbox is mapped to, from its root on, and gids of the same numbers.
 *
 * @param first the sandbox's root
 */
record HostUids(long first, int count) {

  /** Whether a process belongs to the sandbox. */
  PeerCheck peers() {
    return PeerCheck.uids(first, count);
  }
}
