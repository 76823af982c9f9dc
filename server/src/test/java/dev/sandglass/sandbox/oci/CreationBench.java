package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many containers a second are made and ended, without HTTP, turn and cell: each forked, in its
 * namespaces, with its control group, its disk and a kernel that waits for code; none made ahead.
 * No test of the suite, which takes classes called {@code …Test}:
 *
 * <pre>mvn -q test -Dtest=CreationBench -Dbench.seconds=60 -Dbench.clients=4</pre>
 */
class CreationBench {

  private final Duration time = Duration.ofSeconds(Integer.getInteger("bench.seconds", 60));
  private final int clients = Integer.getInteger("bench.clients", 4);

  @TempDir Path directory;

  @Test
  void containersASecond() throws Exception {
    OciConfig config = Runc.config(directory, Runc.DISKS);
    try (OciDriver driver = OciDriver.open(config)) {
      driver.create(spec("first")).close(); // waits for the sandbox
      List<Double> alone = made(driver, "alone", Duration.ofSeconds(5));
      List<Double> all = new ArrayList<>();
      long began = System.nanoTime();
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<List<Double>>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
          running.add(executor.submit(client(driver, "c" + client)));
        }
        for (Future<List<Double>> one : running) {
          all.addAll(one.get());
        }
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      System.out.printf(
          "made and ended: %.1f a second by %d clients (%d in %.0f s); one made in %.1f ms (median),"
              + " by a single client in %.1f ms%n",
          all.size() / seconds, clients, all.size(), seconds, median(all), median(alone));
    }
    TakeOverContract.assertNothingIsLeft(config);
  }

  private Callable<List<Double>> client(OciDriver driver, String name) {
    return () -> made(driver, name, time);
  }

  /** How long each took to be made, in milliseconds. */
  private static List<Double> made(OciDriver driver, String name, Duration time)
      throws InterruptedException {
    List<Double> took = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    for (int number = 0; System.nanoTime() < end; number++) {
      long began = System.nanoTime();
      try (var _ = driver.create(spec(name + "-" + number))) {
        took.add((System.nanoTime() - began) / 1e6);
      }
    }
    return took;
  }

  private static ContainerSpec spec(String id) {
    return TakeOverContract.spec(id);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
