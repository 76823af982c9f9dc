package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Runc;
import dev.sandglass.testing.Runsc;
import dev.sandglass.testing.Unwalled;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server that makes a container, runs a cell in it that never ends, and is killed. */
final class Abandoned {

  private Abandoned() {}

  public static void main(String[] paths) throws Exception {
    OciConfig config =
        new OciConfig(
            Path.of(paths[0]),
            Path.of(paths[1]),
            paths[6],
            Path.of(paths[2]),
            Path.of(paths[3]),
            Path.of(paths[4]),
            Long.parseLong(paths[5]),
            new OciConfig.Backups(true, 1 << 28, Duration.ofMillis(300)),
            Runc.DISKS);
    SandboxDriver driver = open(config);
    SandboxContainer container =
        driver.create(
            new ContainerSpec(
                "cntr_abandoned", "p", 1 << 28, 64, 256, 1 << 20, 1 << 20, Runc.DISK));
    CellListener tell =
        output -> {
          System.out.println("running");
          System.out.flush();
        };
    container.execute(
        new CellRequest(
            "c",
            "x = 7\nopen('f', 'w').write('x')\nprint('on', flush=True)\nwhile True: pass",
            Duration.ofMinutes(10),
            Duration.ofSeconds(1),
            1000,
            0,
            0),
        tell);
  }

  private static SandboxDriver open(OciConfig config) throws InterruptedException {
    if (config.runtime().equals(ProcessDriver.runtime(config.rootfs()))) {
      return Unwalled.open(config);
    }
    return config.runtime().endsWith("runsc") ? Runsc.open(config) : OciDriver.open(config);
  }

  /** Runs one in a process of its own until its cell runs. */
  static void killedInTheMiddleOfACell(OciConfig config, String image) throws Exception {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("surefire.real.class.path", System.getProperty("java.class.path")),
            "-Xmx128m",
            Abandoned.class.getName(),
            config.runtime().toString(),
            config.rootfs().toString(),
            config.source().toString(),
            config.runDir().toString(),
            config.dataDir().toString(),
            Long.toString(config.uidBase()),
            image);
    Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.lines().anyMatch(line -> line.equals("running"))).isTrue();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }
}
