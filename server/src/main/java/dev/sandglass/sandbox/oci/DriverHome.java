package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.CodeDigest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a driver has on this host, whatever its runtime: directories, held by one server at a time,
 * control groups, disks, uids, and the names of its sandboxes. Thread-safe.
 */
final class DriverHome {

  private static final Logger LOG = LoggerFactory.getLogger(DriverHome.class);

  /** The runtime's own state, below the run directory. */
  private static final String STATE = "runtime";

  /** Says where the control groups are, for a server that comes after this one. */
  private static final String GROUPS = "cgroups";

  private final OciConfig config;
  private final HostUser user;
  private final String prefix;
  private final RunDirectory runDirectory;
  private final Cgroups cgroups;
  private final Disks disks;
  private final HostMemory memory;
  private final String instance;
  private final String version;
  private final AtomicInteger numbers = new AtomicInteger();

  private DriverHome(
      OciConfig config,
      HostUser user,
      String prefix,
      RunDirectory runDirectory,
      Cgroups cgroups,
      Disks disks,
      HostMemory memory,
      String version) {
    this.config = config;
    this.user = user;
    this.prefix = prefix;
    this.runDirectory = runDirectory;
    this.cgroups = cgroups;
    this.disks = disks;
    this.memory = memory;
    this.instance = instanceOf(config.runDir());
    this.version = version;
  }

  /** Makes a driver that has that home, and finds what an earlier one has left in it. */
  @FunctionalInterface
  interface Opening<D> {
    D open(DriverHome home) throws IOException, InterruptedException;
  }

  /**
   * Checks the host and opens a driver; what was made for one that can't be opened is undone.
   *
   * @param prefix what the names of its sandboxes begin with
   * @param usual the size of most containers' disks
   * @param memory the host's; closed with the driver
   * @throws SandboxException {@link Reason#UNSUPPORTED_HOST} with the way out
   */
  static <D> D open(
      OciConfig config,
      String prefix,
      ContainerSpec.Disk usual,
      HostMemory memory,
      Opening<D> opening)
      throws InterruptedException {
    HostNeeds.check(config);
    HostUser user = HostUser.here(config.uidBase());
    Cleanup undo = new Cleanup();
    try {
      RunDirectory runDirectory = RunDirectory.open(config.runDir());
      undo.add("run directory " + config.runDir(), runDirectory::close);
      RunDirectory.passable(config.dataDir());
      return opening.open(
          new DriverHome(
              config,
              user,
              prefix,
              runDirectory,
              user.cgroups(instanceOf(config.runDir()), config.runDir().resolve(GROUPS)),
              Disks.open(user, config.disks(), config.dataDir(), usual),
              memory,
              new CodeDigest().add(config.imageDigest()).addSources(config.source()).text()));
    } catch (IOException e) {
      undo.close();
      throw new SandboxException(
          Reason.INTERNAL, "Making the driver's directories failed: " + e, e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  /** The name of the groups and sandboxes of a driver with that run directory. */
  static String instanceOf(Path runDir) {
    return "sandglass-" + Integer.toHexString(runDir.toString().hashCode());
  }

  /** Ends all that a server with this run directory had within walls, and removes it. */
  static void endAll(OciConfig config) throws IOException, InterruptedException {
    OciDriver.endAll(config);
    Path groups = config.runDir().resolve(GROUPS);
    if (Files.exists(groups)) {
      Cgroups cgroups =
          HostUser.here(config.uidBase()).cgroups(instanceOf(config.runDir()), groups);
      RunscDriver.endAll(config, cgroups);
      cgroups.removeAll();
      Files.deleteIfExists(groups);
    }
    Trees.delete(state(config));
  }

  OciConfig config() {
    return config;
  }

  HostUser user() {
    return user;
  }

  Cgroups cgroups() {
    return cgroups;
  }

  Disks disks() {
    return disks;
  }

  HostMemory memory() {
    return memory;
  }

  /** Refuses another container on a host that is nearly full. */
  void admit() {
    disks.admit();
    memory.admit();
  }

  /** Of the Python inside and the image. */
  String version() {
    return version;
  }

  Path state() {
    return state(config);
  }

  static Path state(OciConfig config) {
    return config.runDir().resolve(STATE);
  }

  /**
   * A sandbox that doesn't exist yet.
   *
   * @param number no other one has
   * @param uids of the host's that it is mapped to
   */
  record Next(String id, int number, HostUids uids) {}

  Next next() {
    int number = numbers.getAndIncrement();
    return new Next(prefix + instance + "-" + number, number, user.uids(instance, number));
  }

  /** The sandboxes that an earlier server has left, oldest first; new ones get other names. */
  List<String> left() throws IOException {
    List<String> ids = boxes(config.runDir(), prefix);
    ids.forEach(id -> numbers.accumulateAndGet(numberOf(id) + 1, Math::max));
    return ids;
  }

  /** Removes what lies about of sandboxes and containers that are no more. */
  void removeAllBut(Set<String> sandboxes, Set<String> containers) throws IOException {
    for (String id : boxes(config.dataDir(), prefix)) {
      if (!sandboxes.contains(id)) {
        user.delete(config.dataDir().resolve(id));
      }
    }
    cgroups.removeAllBut(containers);
  }

  /** The sandboxes' directories in there, oldest first. */
  static List<String> boxes(Path directory, String prefix) throws IOException {
    List<String> ids = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, prefix + "*")) {
      found.forEach(box -> ids.add(box.getFileName().toString()));
    }
    ids.sort(Comparator.comparingInt(DriverHome::numberOf));
    return ids;
  }

  private static int numberOf(String id) {
    try {
      return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Lets go of it; everything in it stays for the next server. */
  void release() {
    memory.close();
    try {
      runDirectory.release();
    } catch (IOException e) {
      LOG.warn("letting go of {}: {}", config.runDir(), e.toString());
    }
  }

  /** Removes it, once its sandboxes are gone. */
  void close() {
    memory.close();
    disks.close();
    cgroups.removeAll();
    try {
      user.delete(state());
      Files.deleteIfExists(config.runDir().resolve(GROUPS));
      runDirectory.close();
    } catch (IOException e) {
      LOG.warn("removing {}: {}", config.runDir(), e.toString());
    }
  }
}
