package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.time.Duration;

/** A server that makes a container, runs a cell in it that never ends, and is killed. */
final class Abandoned {

  private Abandoned() {}

  public static void main(String[] paths) throws Exception {
    OciDriver driver =
        OciDriver.open(
            new OciConfig(
                Path.of(paths[0]),
                Path.of(paths[1]),
                paths[6],
                Path.of(paths[2]),
                Path.of(paths[3]),
                Path.of(paths[4]),
                Long.parseLong(paths[5]),
                new OciConfig.Backups(true, 1 << 28, Duration.ofMillis(300)),
                Runc.DISKS));
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
            0),
        tell);
  }
}
