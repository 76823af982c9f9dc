package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The system calls that a container's disk takes and that Java has no name for. Each returns what
 * Linux returns, or throws with the call's name and the error's. Thread-safe.
 */
final class LinuxCalls {

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = syscall();
  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  /** What makes a descriptor close itself in a child, for all of these calls. */
  private static final int O_CLOEXEC = 02000000;

  private static final int FS_CLOEXEC = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
  private static final int AT_FDCWD = -100;
  private static final int SEEK_DATA = 3;
  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final long FSCONFIG_SET_FLAG = 0;
  private static final long FSCONFIG_SET_STRING = 1;
  private static final long FSCONFIG_CMD_CREATE = 6;

  /** Their numbers, on x86-64 and on arm64. */
  private enum Call {
    OPENAT(257, 56),
    CLOSE(3, 57),
    IOCTL(16, 29),
    LSEEK(8, 62),
    UNSHARE(272, 97),
    SETNS(308, 268),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432);

    private final long number;

    Call(long x86, long arm) {
      number = ARM ? arm : x86;
    }
  }

  /** Those errors that somebody acts on, and the ones that are likely. */
  enum Errno {
    EPERM(1),
    ENOENT(2),
    EIO(5),
    ENXIO(6),
    ENOMEM(12),
    EACCES(13),
    EBUSY(16),
    ENODEV(19),
    EINVAL(22),
    ENFILE(23),
    EMFILE(24),
    ENOSPC(28),
    ENOSYS(38),
    EOPNOTSUPP(95),
    UNNAMED(0);

    private final int number;

    Errno(int number) {
      this.number = number;
    }

    private static Errno of(int number) {
      return Arrays.stream(values()).filter(e -> e.number == number).findFirst().orElse(UNNAMED);
    }
  }

  /** A call has failed. */
  static final class Failed extends IOException {
    private final Errno errno;

    private Failed(String what, long number) {
      this(what, number, Errno.of((int) number));
    }

    private Failed(String what, long number, Errno errno) {
      super("%s: %s (error %d)".formatted(what, errno, number));
      this.errno = errno;
    }

    Errno errno() {
      return errno;
    }
  }

  /** An open file of this process, closed once. */
  static final class Descriptor implements AutoCloseable {
    private int number;

    private Descriptor(long number) {
      this.number = (int) number;
    }

    int number() {
      return number;
    }

    /** A path that leads to it, for this process and its children. */
    String path() {
      return "/proc/" + ProcessHandle.current().pid() + "/fd/" + number;
    }

    @Override
    public void close() throws IOException {
      int closing = number;
      number = -1;
      if (closing >= 0) {
        call(Call.CLOSE, "close", closing);
      }
    }
  }

  private LinuxCalls() {}

  private static MethodHandle syscall() {
    Linker linker = Linker.nativeLinker();
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(word, word, word, word, word, word, word),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  private static long call(Call call, String what, long... arguments) throws IOException {
    return checked(what, raw(call, arguments));
  }

  private static long checked(String what, long result) throws Failed {
    if (result < 0) {
      throw new Failed(what, -result);
    }
    return result;
  }

  /** What the call returns, or its error's number, negative. */
  private static long raw(Call call, long... arguments) {
    long[] a = Arrays.copyOf(arguments, 5);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) SYSCALL.invokeExact(state, call.number, a[0], a[1], a[2], a[3], a[4]);
      return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // a method handle declares it; a C function throws none
    }
  }

  private static long text(Arena arena, String text) {
    return arena.allocateFrom(text).address();
  }

  static Descriptor open(String path, int flags, int mode) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return new Descriptor(
          call(Call.OPENAT, "open " + path, AT_FDCWD, text(arena, path), flags | O_CLOEXEC, mode));
    }
  }

  /** Of a process; it stays the same one whatever becomes of the process's number. */
  static Descriptor mountNamespace(long pid) throws IOException {
    return open("/proc/" + pid + "/ns/mnt", 0, 0);
  }

  static long ioctl(Descriptor file, String what, long request, MemorySegment argument)
      throws IOException {
    return call(Call.IOCTL, what, file.number(), request, argument.address());
  }

  /** Where the next data begin that are not a hole, or -1 if there are none. */
  static long nextData(Descriptor file, long offset) throws IOException {
    try {
      return call(Call.LSEEK, "lseek", file.number(), offset, SEEK_DATA);
    } catch (Failed e) {
      if (e.errno() == Errno.ENXIO) {
        return -1;
      }
      throw e;
    }
  }

  /** A file system of a block device, mounted but at no place yet. */
  static Descriptor mount(String type, String device, Iterable<String> options, int attributes)
      throws IOException {
    try (Arena arena = Arena.ofConfined();
        Descriptor context =
            new Descriptor(call(Call.FSOPEN, "fsopen " + type, text(arena, type), FS_CLOEXEC))) {
      int fs = context.number();
      call(
          Call.FSCONFIG,
          "fsconfig source",
          fs,
          FSCONFIG_SET_STRING,
          text(arena, "source"),
          text(arena, device));
      for (String option : options) {
        call(Call.FSCONFIG, "fsconfig " + option, fs, FSCONFIG_SET_FLAG, text(arena, option));
      }
      call(Call.FSCONFIG, "mounting " + type + " of " + device, fs, FSCONFIG_CMD_CREATE);
      return new Descriptor(call(Call.FSMOUNT, "fsmount", fs, FS_CLOEXEC, attributes));
    }
  }

  /**
   * Gives a mount its place in another mount namespace. That is done by a thread of its own, which
   * enters the namespace, comes to its end there and is used for nothing else. Between entering and
   * the end it makes nothing but the one call: a class that is loaded there would be looked for in
   * the other root.
   */
  static void moveMount(Descriptor mount, Descriptor namespace, String place) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      long nothing = text(arena, "");
      long target = text(arena, place);
      AtomicLong result = new AtomicLong();
      Thread mover =
          Thread.ofPlatform()
              .name("mount")
              .start(() -> {
                long done = raw(Call.UNSHARE, CLONE_FS);
                if (done == 0) {
                  done = raw(Call.SETNS, namespace.number(), CLONE_NEWNS);
                }
                if (done == 0) {
                  done =
                      raw(
                          Call.MOVE_MOUNT,
                          mount.number(),
                          nothing,
                          AT_FDCWD,
                          target,
                          MOVE_MOUNT_F_EMPTY_PATH);
                }
                result.set(done);
              });
      outlive(mover);
      checked("mounting at " + place, result.get());
    }
  }

  /**
   * Not to be interrupted: the other thread has the numbers of files that are closed after this.
   */
  private static void outlive(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
