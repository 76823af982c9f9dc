package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All attempts that exhaust nothing: one container in which something is left to be found, one that
 * looks for it and for everything else. About a second.
 */
public final class QuickProbes {

  private static final Duration TIME = Duration.ofSeconds(60);

  /** Room for the files that {@link OuterProbes} make. */
  private static final ContainerSpec.Disk DISK = new ContainerSpec.Disk(256L << 20, 32_768);

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private QuickProbes() {}

  /** What a container that is probed may use: little, so that limits are met soon. */
  static ContainerSpec spec(String project) {
    return new ContainerSpec(
        "probe_" + NUMBERS.incrementAndGet(),
        project,
        512L << 20,
        64,
        256,
        64L << 20,
        32L << 20,
        DISK);
  }

  /**
   * Makes them all.
   *
   * @param project whose sandbox is probed
   * @throws SandboxException if the containers can't be made or die
   */
  public static List<Finding> run(SandboxDriver driver, ProbeSources sources, String project)
      throws InterruptedException {
    try (SandboxContainer neighbour = driver.create(spec(project));
        SandboxContainer container = driver.create(spec(project))) {
      sources.putInto(neighbour);
      sources.putInto(container);
      ProbeCell.Ended planted = ProbeCell.call(neighbour, "plant()", TIME);
      String uid = planted.stdout().strip();
      if (!uid.matches("\\d{1,9}")) {
        throw new SandboxException(
            Reason.INTERNAL, "The probes could not prepare a neighbour: " + planted.how());
      }
      return Unpromised.judge(
          driver.name(), ProbeCell.findings(ProbeCell.call(container, "quick(" + uid + ")", TIME)));
    } catch (IOException e) {
      throw new SandboxException(Reason.INTERNAL, "The probes could not be copied: " + e, e);
    }
  }
}
