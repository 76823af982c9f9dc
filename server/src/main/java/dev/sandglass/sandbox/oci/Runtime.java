package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The OCI runtime's command line: run, delete. Its output goes to files, never to pipes of the
 * server's. Thread-safe.
 */
final class Runtime {

  private static final long LIMIT_SECONDS = 30;
  private static final Duration GONE = Duration.ofSeconds(5);
  private static final String PID = "pid";
  private static final int TAIL = 1_500;

  private final HostUser user;
  private final Path program;
  private final Path state;

  Runtime(HostUser user, Path program, Path state) {
    this.user = user;
    this.program = program;
    this.state = state;
  }

  HostUser user() {
    return user;
  }

  /** A directory that is to be seen at another place by the runtime. */
  record Bind(Path from, Path at) {}

  /**
   * Starts a sandbox and returns its first process's pid. The binds are made in a mount namespace
   * of the runtime's own: they end with the sandbox, and directories below a closed one (a home of
   * mode 0700) can be used although the sandbox's user can't walk there.
   */
  long run(SandboxHome home, List<Bind> binds) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder();
    List<String> arguments = new ArrayList<>();
    for (Bind bind : binds) {
      arguments.add(bind.from().toString());
      arguments.add(bind.at().toString());
      script.append("mount --bind \"$1\" \"$2\"; shift 2; ");
    }
    if (!user.seen(home.run()).equals(home.run())) {
      arguments.add(home.run().toString());
      arguments.add(user.seen(home.run()).toString());
      script.append("mount --rbind \"$1\" \"$2\"; shift 2; ");
    }
    script.append("exec \"$@\"");
    Path pidFile = home.bundle().resolve(PID);
    List<String> command = new ArrayList<>(user.apart());
    command.addAll(List.of("sh", "-ec", script.toString(), "sh"));
    command.addAll(arguments);
    command.addAll(
        List.of(
            program.toString(),
            "--root",
            state.toString(),
            "run",
            "--detach",
            "--pid-file",
            pidFile.toString(),
            "--bundle",
            home.bundle().toString(),
            home.id()));
    execute(command, home.log());
    return Long.parseLong(Files.readString(pidFile).trim());
  }

  /**
   * Ends a sandbox whatever it is doing, and waits until its first process is gone; nothing if
   * there is none.
   */
  void delete(SandboxHome home) throws IOException, InterruptedException {
    Optional<ProcessHandle> first = firstProcess(home.bundle());
    execute(
        List.of(program.toString(), "--root", state.toString(), "delete", "--force", home.id()),
        home.log());
    awaitEnd(first);
    Cgroups.removeSandbox(home.id());
  }

  /** Once it is gone all of its PID namespace is. */
  static void awaitEnd(Optional<ProcessHandle> first) throws InterruptedException {
    long deadline = System.nanoTime() + GONE.toNanos();
    while (first.isPresent() && first.get().isAlive() && System.nanoTime() < deadline) {
      // Dead, but not yet taken note of by the host's init, whose child it is.
      Thread.sleep(2);
    }
  }

  /** The first process of a sandbox that was started from that bundle, if it still runs. */
  static Optional<Long> pid(Path bundle, String id) {
    return firstProcess(bundle)
        .filter(ProcessHandle::isAlive)
        .map(ProcessHandle::pid)
        .filter(pid -> isIn(pid, id));
  }

  /**
   * By its control group, or, where it has none of its own, by what is mounted in it: the number
   * may have been given to another process since.
   */
  private static boolean isIn(long pid, String id) {
    try {
      Path process = Path.of("/proc/" + pid);
      return Files.readString(process.resolve("cgroup")).contains("/" + id)
          || Files.readString(process.resolve("mountinfo")).contains("/" + id + "/sockets ");
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<ProcessHandle> firstProcess(Path bundle) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(bundle.resolve(PID)).trim()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // never started
    }
  }

  /** Runs a program of the runtime's to its end. */
  static void execute(List<String> command, Path log) throws IOException, InterruptedException {
    await(
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start(),
        log);
  }

  /** Waits until it has ended well. */
  static void await(Process process, Path log) throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw failed("did not end within " + LIMIT_SECONDS + " s", log);
    }
    if (process.exitValue() != 0) {
      throw failed("ended with status " + process.exitValue(), log);
    }
  }

  private static SandboxException failed(String how, Path log) {
    return new SandboxException(
        Reason.UNSUPPORTED_HOST, "The OCI runtime " + how + ". It said: " + tail(log));
  }

  /** The last lines of a log. */
  static String tail(Path log) {
    try {
      String text = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1).strip();
      return text.isEmpty() ? "(nothing)" : text.substring(Math.max(0, text.length() - TAIL));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }
}
