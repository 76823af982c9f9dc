package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ordinary user, to whom the administrator has left some uids. What takes rights over them is
 * done in a user namespace in which the server's user is root and they are themselves: nobody else
 * is in it. Whoever owns a user namespace may also end the processes in it, from outside.
 *
 * @param gids as many as there are uids; in the namespace they have the uids' numbers
 */
record Rootless(SubordinateIds uids, SubordinateIds gids) implements HostUser {

  /**
   * A sandbox's share. Debian leaves a user 65,536 uids: so sixteen sandboxes have their own, each
   * with a thousand containers.
   */
  static final int SHARE = 4_096;

  /** A directory that every host has; seen instead of it is the sandbox's, by who builds it. */
  static final Path STAGE = Path.of("/mnt");

  static Rootless here() {
    RootlessNeeds.missing()
        .ifPresent(missing -> {
          throw new SandboxException(Reason.UNSUPPORTED_HOST, missing);
        });
    RootlessNeeds.Facts facts = RootlessNeeds.Facts.ofHost();
    return new Rootless(facts.uids().orElseThrow(), facts.gids().orElseThrow());
  }

  @Override
  public HostUids uids(String instance, int number) {
    long ranges = Math.min(uids.count(), gids.count()) / SHARE;
    return uidsFrom(uids.first() + Math.floorMod(instance.hashCode() + number, ranges) * SHARE);
  }

  @Override
  public HostUids uidsFrom(long first) {
    return new HostUids(first, SHARE);
  }

  /** A user namespace with all of the user's uids; a command follows. */
  private List<String> inNamespace() {
    long count = Math.min(uids.count(), gids.count());
    return List.of(
        "unshare",
        "--user",
        "--map-root-user",
        "--map-users=%d,%d,%d".formatted(uids.first(), uids.first(), count),
        "--map-groups=%d,%d,%d".formatted(gids.first(), uids.first(), count));
  }

  @Override
  public List<String> apart() {
    List<String> command = new ArrayList<>(inNamespace());
    command.addAll(List.of("--mount", "--propagation", "private"));
    return command;
  }

  @Override
  public Path seen(Path box) {
    return STAGE;
  }

  @Override
  public Spec plan(SandboxPlan.Places places, HostUids uids, String id, boolean counted) {
    return RootlessPlan.spec(places, uids, counted);
  }

  @Override
  public Cgroups cgroups(String name, Path record) {
    return Cgroups.delegated(name, record);
  }

  @Override
  public void give(Path directory, String permissions, long hostUid)
      throws IOException, InterruptedException {
    inNamespace(
        "mkdir -p \"$3\" && chmod \"$1\" \"$3\" && chown \"$2:$2\" \"$3\"",
        HostDirectories.octal(permissions),
        Long.toString(hostUid),
        directory.toString());
  }

  /** Sockets made in there get the server's group, by which it may connect, and nobody else. */
  @Override
  public void giveForSockets(Path directory, long hostUid)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    inNamespace(
        "chown \"$1:0\" \"$2\" && chmod 2770 \"$2\"", Long.toString(hostUid), directory.toString());
  }

  /** By rm, which follows no link either. */
  @Override
  public void delete(Path tree) throws IOException {
    if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      try {
        inNamespace("rm -rf -- \"$1\"", tree.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("removing " + tree);
      }
    }
  }

  /** Runs a script of the shell's there, to its end. */
  private void inNamespace(String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(inNamespace());
    command.addAll(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("In the server's user namespace: " + said.strip());
    }
  }
}
