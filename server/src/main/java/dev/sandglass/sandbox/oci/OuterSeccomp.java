package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.Spec.Seccomp;
import dev.sandglass.sandbox.oci.Spec.SyscallArg;
import dev.sandglass.sandbox.oci.Spec.SyscallRule;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's system calls: what a Python process, its libraries and the zygote's setting up of
 * containers need; everything else is refused with EPERM. Containers lie under a second, tighter
 * list of their own.
 *
 * <p>Not here, on purpose: setns, ptrace, process_vm_*, bpf, perf_event_open, userfaultfd,
 * io_uring_*, keyctl and its kin, kexec, modules, clock setting, swapon, reboot, quotactl,
 * open_by_handle_at, acct, personality changes, vm86. mknod is here for os.mkfifo: device nodes are
 * closed to every user namespace by the Linux kernel itself.
 */
final class OuterSeccomp {

  private static final int EPERM = 1;
  private static final int ENOSYS = 38;

  static final List<String> FILES =
      words(
          """
          access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
          faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl
          fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstatfs fsync ftruncate
          futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1
          inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lremovexattr
          lseek lsetxattr lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2 pipe
          pipe2 poll ppoll pread64 preadv preadv2 pselect6 pwrite64 pwritev pwritev2 read readahead
          readlink readlinkat readv removexattr rename renameat renameat2 rmdir select sendfile
          setxattr splice stat statfs statx symlink symlinkat sync sync_file_range syncfs tee
          truncate umask unlink unlinkat utime utimensat utimes vmsplice write writev
          """);

  static final List<String> MEMORY =
      words(
          """
          brk get_mempolicy madvise membarrier memfd_create mincore mlock mlock2 mlockall mmap
          mprotect mremap msync munlock munlockall munmap
          """);

  static final List<String> PROCESSES =
      words(
          """
          arch_prctl capget capset execve execveat exit exit_group fork vfork futex futex_waitv
          get_robust_list getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid
          getpriority getrandom getresgid getresuid getrlimit getrusage getsid gettid getuid
          kill pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall rseq
          sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
          sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield
          seccomp set_robust_list set_tid_address setfsgid setfsuid setgid setgroups setpgid
          setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid sysinfo tgkill
          times tkill uname wait4 waitid landlock_add_rule landlock_create_ruleset
          landlock_restrict_self
          """);

  static final List<String> SIGNALS_AND_TIME =
      words(
          """
          alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep pause
          rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
          rt_sigtimedwait rt_tgsigqueueinfo setitimer sigaltstack signalfd signalfd4 time
          timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
          timerfd_gettime timerfd_settime
          """);

  static final List<String> COMMUNICATION =
      words(
          """
          accept accept4 bind connect epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2
          epoll_wait eventfd eventfd2 getpeername getsockname getsockopt listen mq_getsetattr
          mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd
          recvfrom recvmmsg recvmsg semctl semget semop semtimedop sendmmsg sendmsg sendto
          setsockopt shmat shmctl shmdt shmget shutdown socketpair
          """);

  /** What the zygote, and only the zygote, needs: the inner list has none of them. */
  static final List<String> CONTAINER_SETUP =
      words(
          """
          chroot clone mount mount_setattr pivot_root sethostname umount2 unshare
          """);

  /**
   * Address families that {@code socket} may ask for: Unix, IPv4, IPv6 (loopback only), netlink.
   */
  private static final List<Long> FAMILIES = List.of(1L, 2L, 10L, 16L);

  private OuterSeccomp() {}

  static Seccomp plan() {
    Stream<SyscallRule> allowed =
        Stream.of(FILES, MEMORY, PROCESSES, SIGNALS_AND_TIME, COMMUNICATION, CONTAINER_SETUP)
            .map(names -> rule(names, "SCMP_ACT_ALLOW", null, null));
    Stream<SyscallRule> sockets =
        FAMILIES.stream()
            .map(family ->
                rule(
                    List.of("socket"),
                    "SCMP_ACT_ALLOW",
                    null,
                    List.of(new SyscallArg(0, family, null, "SCMP_CMP_EQ"))));
    // glibc falls back to clone, whose flags a filter can see.
    Stream<SyscallRule> clone3 = Stream.of(rule(List.of("clone3"), "SCMP_ACT_ERRNO", ENOSYS, null));
    // Asking for the present personality (0xffffffff) and setting the plain one are harmless.
    Stream<SyscallRule> personality =
        Stream.of(0L, 0xffffffffL)
            .map(persona ->
                rule(
                    List.of("personality"),
                    "SCMP_ACT_ALLOW",
                    null,
                    List.of(new SyscallArg(0, persona, null, "SCMP_CMP_EQ"))));
    return new Seccomp(
        "SCMP_ACT_ERRNO",
        EPERM,
        List.of(architecture()),
        Stream.of(allowed, sockets, clone3, personality).flatMap(s -> s).toList());
  }

  /** The machine's own; foreign ones (32-bit calls on x86-64) are refused as a whole. */
  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> "SCMP_ARCH_AARCH64";
      default -> "SCMP_ARCH_X86_64";
    };
  }

  private static SyscallRule rule(
      List<String> names, String action, @Nullable Integer errno, @Nullable List<SyscallArg> args) {
    return new SyscallRule(names, action, errno, args);
  }

  private static List<String> words(String text) {
    return List.of(text.trim().split("\\s+"));
  }
}
