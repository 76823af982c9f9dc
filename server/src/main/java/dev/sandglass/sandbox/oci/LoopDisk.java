package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.LinuxCalls.Descriptor;
import dev.sandglass.sandbox.oci.LinuxCalls.Errno;
import dev.sandglass.sandbox.oci.LinuxCalls.Failed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of a fixed size: an image without a name, behind a loop device, mounted at no place
 * yet. Whatever becomes of the server, Linux frees image, device and mount together with the last
 * mount namespace that has it: nothing of it has a name on the host that could be left behind.
 */
final class LoopDisk implements AutoCloseable {

  private static final int O_RDWR = 2;
  private static final int O_TMPFILE =
      "aarch64".equals(System.getProperty("os.arch")) ? 020040000 : 020200000;
  private static final int OWNER_ONLY = 0600;

  private static final long LOOP_CTL_GET_FREE = 0x4C82;
  private static final long LOOP_CONFIGURE = 0x4C0A;
  private static final int LO_FLAGS_AUTOCLEAR = 4;

  /** {@code struct loop_config}: the image's descriptor first, flags within, all others zero. */
  private static final int CONFIG_BYTES = 304;

  private static final int CONFIG_FLAGS = 60;

  /** Somebody else may take the free device that we were told of. */
  private static final int TRIES = 100;

  private static final int NOSUID_NODEV_NOEXEC_NOATIME = 0x2 | 0x4 | 0x8 | 0x10;

  /**
   * What is deleted gives its space back to the host; nothing need survive the host's fall; what
   * the image lacks reads as zeros already.
   */
  private static final List<String> OPTIONS = List.of("discard", "nobarrier", "noinit_itable");

  private final Descriptor mount;

  private LoopDisk(Descriptor mount) {
    this.mount = mount;
  }

  /** An unnamed, empty file in that directory. */
  static Descriptor image(Path directory) throws IOException {
    return LinuxCalls.open(directory.toString(), O_TMPFILE | O_RDWR, OWNER_ONLY);
  }

  /** Mounts an image; the caller may close his descriptor of it. */
  static LoopDisk of(Descriptor image) throws IOException {
    try (Arena arena = Arena.ofConfined();
        Descriptor control = LinuxCalls.open("/dev/loop-control", O_RDWR, 0)) {
      MemorySegment config = arena.allocate(CONFIG_BYTES);
      config.set(ValueLayout.JAVA_INT, 0, image.number());
      config.set(ValueLayout.JAVA_INT, CONFIG_FLAGS, LO_FLAGS_AUTOCLEAR);
      for (int tried = 1; ; tried++) {
        String device =
            "/dev/loop"
                + LinuxCalls.ioctl(
                    control, "a free loop device", LOOP_CTL_GET_FREE, MemorySegment.NULL);
        try (Descriptor loop = LinuxCalls.open(device, O_RDWR, 0)) {
          LinuxCalls.ioctl(loop, "configuring " + device, LOOP_CONFIGURE, config);
          return new LoopDisk(
              LinuxCalls.mount("ext4", device, OPTIONS, NOSUID_NODEV_NOEXEC_NOATIME));
        } catch (Failed e) {
          boolean taken = e.errno() == Errno.EBUSY || e.errno() == Errno.ENXIO;
          if (!taken || tried == TRIES) {
            throw e;
          }
        }
      }
    }
  }

  /** Its root directory, for who has it in hand. */
  Path root() {
    return Path.of(mount.path());
  }

  void ownedBy(long hostUid) throws IOException {
    HostDirectories.own(root(), hostUid);
  }

  /** Mounts it in that mount namespace, and only there. */
  void mountIn(Descriptor namespace, String place) throws IOException {
    LinuxCalls.moveMount(mount, namespace, place);
  }

  @Override
  public void close() throws IOException {
    mount.close();
  }
}
