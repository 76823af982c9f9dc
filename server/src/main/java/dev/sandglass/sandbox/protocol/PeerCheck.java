package dev.sandglass.sandbox.protocol;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Says whether the process behind a socket is one of ours. Sockets lie in a directory that the
 * sandbox may write to: a link planted there could lead the server to any other socket of the host,
 * so the listener's uid is checked before the first byte is sent.
 */
@FunctionalInterface
public interface PeerCheck {

  void verify(SocketChannel channel) throws IOException;

  /** Whoever listens; for tests. */
  PeerCheck ANY = channel -> {};

  /** Accepts listeners of this process's own user. */
  static PeerCheck own() {
    return channel -> {
      UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
      if (!peer.user().equals(Files.getOwner(Path.of("/proc/self")))) {
        throw new ProtocolException(
            "the socket is listened on by another user, " + peer.user().getName());
      }
    };
  }

  /** Accepts listeners whose host uid is one of {@code count} from {@code first}. */
  static PeerCheck uids(long first, long count) {
    return channel -> {
      UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
      String user = peer.user().getName();
      long uid;
      try {
        uid = Long.parseLong(user);
      } catch (NumberFormatException e) {
        throw new ProtocolException("the socket is listened on by the host's user " + user);
      }
      if (uid < first || uid >= first + count) {
        throw new ProtocolException(
            "the socket is listened on by uid %d, not one of %d..%d"
                .formatted(uid, first, first + count - 1));
      }
    };
  }
}
