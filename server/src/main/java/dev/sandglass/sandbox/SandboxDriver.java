package dev.sandglass.sandbox;

import java.util.List;

/**
 * Where containers run: an OCI runtime on this machine, an in-memory imitation for tests, later a
 * cluster's pods. One contract suite holds all of them. Thread-safe.
 */
public interface SandboxDriver extends AutoCloseable {

  /** A short name for logs, the API and the doctor: {@code runc}, {@code memory}. */
  String name();

  /** False if code is kept from nothing that the server's user may do: for trusted code only. */
  default boolean isolates() {
    return true;
  }

  /** The digest of the image that new containers see, {@code sha256:…}. */
  String imageDigest();

  /**
   * Names image and code of containers: what was computed by another version may come out otherwise
   * now.
   */
  String version();

  /**
   * Gets a sandbox of {@code project} ready so that its next container need not wait for imports.
   * Returns at once; a failure shows in {@link #create}.
   */
  void warm(String project);

  /**
   * Refuses, if that is known already, a container that is about to be asked for.
   *
   * @throws SandboxException {@code HOST_FULL} if this host has no disk or memory for another one
   */
  default void admit() {}

  /** The largest limit of memory, in bytes, that the host could give a container to itself. */
  default long mostMemory() {
    return Long.MAX_VALUE;
  }

  /**
   * Makes a container, ready to execute. Blocks until it is (milliseconds in a warm sandbox,
   * seconds in a cold one).
   *
   * @throws SandboxException if it can't be made; nothing is left behind
   */
  SandboxContainer create(ContainerSpec spec) throws InterruptedException;

  /**
   * Containers that an earlier server has made, which was killed or let go of them, and which live
   * on. Whoever opened the driver takes those he knows and closes the others.
   */
  List<SandboxContainer> found();

  /**
   * What holds containers' disks to their size, in one word: {@code loop}, {@code tmpfs}, or {@code
   * none}. Waits until it is known.
   */
  default String disks() {
    return "none";
  }

  /** True once {@link #create} can be expected to work; for {@code /readyz}. */
  boolean ready();

  /** {@code ok} if {@link #ready}, else why not, in a few words. */
  default String readiness() {
    return ready() ? "ok" : "no sandbox is ready yet";
  }

  /**
   * Lets go of all sandboxes, which go on: a driver opened at the same place finds them. In place
   * of {@link #close}.
   */
  void detach();

  /** Ends all sandboxes and removes what they left: processes, mounts, cgroups, sockets. */
  @Override
  void close();
}
