package dev.sandglass.sandbox.oci;

import java.nio.file.Path;

/**
 * Where what a sandbox has on the host lies.
 *
 * @param id the sandbox's
 * @param run its bundle, log, sockets and {@link Ledger}, below the run directory
 * @param data its containers' files and images, seen as {@link SandboxPlan#DATA}
 */
record SandboxHome(String id, Path run, Path data) {

  static SandboxHome of(OciConfig config, String id) {
    return new SandboxHome(id, config.runDir().resolve(id), config.dataDir().resolve(id));
  }

  Path bundle() {
    return run.resolve("bundle");
  }

  Path log() {
    return run.resolve("log");
  }

  /** Seen as {@link SandboxPlan#SOCKETS}. */
  Path sockets() {
    return run.resolve("sockets");
  }

  Path zygoteSocket() {
    return sockets().resolve("zygote.sock");
  }

  /** Has its directories and itself removed, itself first. */
  void leaveTo(Cleanup cleanup, Runtime runtime) {
    cleanup.add("directory " + run, () -> runtime.user().delete(run));
    cleanup.add("directory " + data, () -> runtime.user().delete(data));
    cleanup.add("sandbox " + id, () -> runtime.delete(this));
  }
}
