package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.oci.LinuxCalls.Descriptor;
import dev.sandglass.sandbox.oci.Runtime.Bind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * gVisor's command line: run, copy, run from a copy, end. Its output goes to files, never to pipes
 * of the server's. Thread-safe.
 */
final class Runsc {

  private static final Duration GONE = Duration.ofSeconds(10);
  private static final String PID = "pid";

  private final Path program;
  private final Path state;

  Runsc(Path program, Path state) {
    this.program = program;
    this.state = state;
  }

  /**
   * A sandbox that is to be started.
   *
   * @param binds as {@link Runtime#run} makes them
   * @param disk mounted on the last bind's place in its stead; null: there is none
   * @param groups directories of the control groups that all of it is in
   */
  record Start(
      String id,
      Path bundle,
      List<Bind> binds,
      @Nullable LoopDisk disk,
      List<Path> groups,
      Path log) {}

  /** Starts a sandbox and returns its first process's pid. */
  long run(Start start) throws IOException, InterruptedException {
    return begin(start, List.of("run"));
  }

  /** Starts one that goes on where another was copied. */
  long restore(Start start, Path copy) throws IOException, InterruptedException {
    return begin(start, List.of("restore", "--image-path", copy.toString()));
  }

  /** Copies a sandbox, which ends by that. */
  void checkpoint(String id, Path copy, Path log) throws IOException, InterruptedException {
    List<String> command = command(List.of("checkpoint"));
    command.addAll(List.of("--image-path", copy.toString(), "--compression", "none", id));
    Runtime.execute(command, log);
  }

  private long begin(Start start, List<String> verb) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder();
    List<String> arguments = new ArrayList<>();
    for (Path group : start.groups()) {
      arguments.add(group.resolve("cgroup.procs").toString());
      script.append("echo $$ > \"$1\"; shift; ");
    }
    for (Bind bind : start.binds()) {
      arguments.addAll(List.of(bind.from().toString(), bind.at().toString()));
      script.append("mount --bind \"$1\" \"$2\"; shift 2; ");
    }
    // Until we have mounted in its namespace what no command can.
    script.append("echo ready > \"$1\"; shift; read -r _; exec \"$@\" < /dev/null");
    Path ready = start.bundle().resolve("ready");
    arguments.add(ready.toString());
    Path pidFile = start.bundle().resolve(PID);
    List<String> command =
        new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private"));
    command.addAll(List.of("sh", "-ec", script.toString(), "sh"));
    command.addAll(arguments);
    command.addAll(command(verb));
    command.addAll(List.of("--detach", "--pid-file", pidFile.toString()));
    command.addAll(List.of("--bundle", start.bundle().toString(), start.id()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(start.log().toFile()))
            .start();
    try (var word = process.outputWriter()) {
      while (!Files.exists(ready) && process.isAlive()) {
        Thread.sleep(1);
      }
      @Nullable LoopDisk disk = start.disk();
      if (disk != null && process.isAlive()) {
        try (Descriptor namespace = LinuxCalls.mountNamespace(process.pid())) {
          disk.mountIn(namespace, start.binds().getLast().at().toString());
        }
      }
      word.write("go\n");
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    Runtime.await(process, start.log());
    return Long.parseLong(Files.readString(pidFile).trim());
  }

  private List<String> command(List<String> verb) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--root", state.toString()));
    command.addAll(RunscPlan.FLAGS);
    command.addAll(verb);
    return command;
  }

  /**
   * Ends a sandbox whatever it is doing, and waits until nothing of it is left; nothing if there is
   * none. Not by the runtime's own command, which takes one to two seconds.
   */
  void end(String id, Cgroups.Cgroup group) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + GONE.toNanos();
    for (List<Long> left = group.processes(); !left.isEmpty(); left = group.processes()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(left.size() + " processes of sandbox " + id + " don't end");
      }
      left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      Thread.sleep(2);
    }
    if (Files.isDirectory(state)) {
      try (DirectoryStream<Path> records = Files.newDirectoryStream(state, "*" + id + "[_.]*")) {
        for (Path record : records) {
          Files.deleteIfExists(record);
        }
      }
    }
  }
}
