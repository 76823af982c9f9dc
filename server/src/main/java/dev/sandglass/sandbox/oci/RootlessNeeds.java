package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What a host must have for the sandboxes of a server that isn't root, each with its way out. */
public final class RootlessNeeds {

  private static final Path SYSCTL = Path.of("/proc/sys");
  private static final String NAMESPACES = "user.max_user_namespaces";
  private static final String UNPRIVILEGED = "kernel.unprivileged_userns_clone";
  private static final String APPARMOR = "kernel.apparmor_restrict_unprivileged_userns";

  private RootlessNeeds() {}

  /**
   * What can be read off a host.
   *
   * @param helpers whether newuidmap and newgidmap are there and may do what they are for
   * @param namespaces how many user namespaces there may be, likewise the switches of Debian and
   *     Ubuntu; empty where there is no such switch
   */
  record Facts(
      String user,
      boolean helpers,
      Optional<SubordinateIds> uids,
      Optional<SubordinateIds> gids,
      Optional<String> namespaces,
      Optional<String> unprivileged,
      Optional<String> apparmor) {

    static Facts ofHost() {
      String user = System.getProperty("user.name");
      long uid = uid();
      return new Facts(
          user,
          Stream.of("newuidmap", "newgidmap").allMatch(RootlessNeeds::isThere),
          SubordinateIds.in(Path.of("/etc/subuid"), user, uid),
          SubordinateIds.in(Path.of("/etc/subgid"), user, uid),
          sysctl(NAMESPACES),
          sysctl(UNPRIVILEGED),
          sysctl(APPARMOR));
    }
  }

  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** A sentence on what this host lacks, or nothing if a namespace could be made just now. */
  public static Optional<String> missing() {
    Facts facts = Facts.ofHost();
    Optional<String> missing = missing(facts);
    return missing.isPresent() ? missing : tried(facts);
  }

  /** What can be said without trying. */
  static Optional<String> missing(Facts facts) {
    if ("0".equals(facts.namespaces().orElse(""))) {
      return Optional.of(lacking("user namespaces are off", "sysctl " + NAMESPACES + "=10000"));
    }
    if ("0".equals(facts.unprivileged().orElse(""))) {
      return Optional.of(
          lacking("user namespaces are for root alone", "sysctl " + UNPRIVILEGED + "=1"));
    }
    if (!facts.helpers()) {
      return Optional.of(
          lacking(
              "newuidmap and newgidmap are not installed (setuid root)", "apt-get install uidmap"));
    }
    if (!enough(facts.uids()) || !enough(facts.gids())) {
      return Optional.of(
          lacking(
              "/etc/subuid and /etc/subgid leave the user %s no %,d ids in one range"
                  .formatted(facts.user(), Rootless.SHARE),
              "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + facts.user()));
    }
    return Optional.empty();
  }

  private static boolean enough(Optional<SubordinateIds> ids) {
    return ids.isPresent() && ids.get().count() >= Rootless.SHARE;
  }

  /** What a host says when it is tried. */
  private static Optional<String> tried(Facts facts) {
    try {
      var command =
          new java.util.ArrayList<>(
              new Rootless(facts.uids().orElseThrow(), facts.gids().orElseThrow()).apart());
      command.addAll(java.util.List.of("mount", "-t", "tmpfs", "tmpfs", Rootless.STAGE.toString()));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.empty() : Optional.of(refused(facts, said.strip()));
    } catch (IOException e) {
      return Optional.of(
          lacking("there is no unshare (" + e.getMessage() + ")", "apt-get install util-linux"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("Interrupted while a user namespace was tried.");
    }
  }

  static String refused(Facts facts, String said) {
    return "1".equals(facts.apparmor().orElse(""))
        ? lacking(
            "AppArmor keeps ordinary users from mounting in them", "sysctl " + APPARMOR + "=0")
        : "The server isn't root, and on this host its user can't mount in a user namespace of its"
            + " own (util-linux 2.38 or later is needed): "
            + said;
  }

  private static String lacking(String what, String wayOut) {
    return "The server isn't root, so its sandboxes need user namespaces and subordinate uids, and on"
        + " this host %s. As root: %s. Or start the server as root.".formatted(what, wayOut);
  }

  private static boolean isThere(String helper) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of((path + ":/usr/bin").split(":"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, helper))
        .anyMatch(Files::isExecutable);
  }

  /** Of this process. */
  static long uid() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      return -1;
    }
  }

  private static Optional<String> sysctl(String name) {
    try {
      return Optional.of(Files.readString(SYSCTL.resolve(name.replace('.', '/'))).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
