package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.testing.Runc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReadyContainersTest {

  private static final String DRAW =
      "import os, random, numpy, uuid\n"
          + "print(random.random(), numpy.random.random(), uuid.uuid4(), os.urandom(8), hash(object()) * 0)";

  @TempDir Path directory;
  private OciConfig config;

  private static ContainerSpec spec(String id) {
    return new ContainerSpec(id, "p", 1 << 28, 64, 256, 1 << 20, 1 << 20, Runc.DISK);
  }

  @BeforeEach
  void findPlaces() throws Exception {
    try (OciDriver driver = Runc.open(directory)) {
      config = driver.config();
    }
  }

  private OciDriver open(int ready) throws InterruptedException {
    return OciDriver.open(config, new ReadyContainers.Wish(ready, spec("")), HostMemory.enough());
  }

  @Test
  void containersMadeAheadServeTheFirstWhoAsk() throws Exception {
    try (OciDriver driver = open(2)) {
      driver.warm("p");
      await(driver, 2);
      SandboxContainer first = driver.create(spec("cntr_1"));
      assertThat(first.id()).isEqualTo("cntr_1");
      assertThat(placeOf(first)).startsWith("ready-");
      assertThat(run(first, "print(1 + 1)")).isEqualTo("2\n");
    }
  }

  @Test
  void eachIsUsedByOneContainerOnlyAndReplaced() throws Exception {
    try (OciDriver driver = open(2)) {
      driver.warm("p");
      Set<String> places = new HashSet<>();
      for (int i = 0; i < 6; i++) {
        if (i % 2 == 0) {
          await(driver, 2);
        }
        SandboxContainer container = driver.create(spec("cntr_" + i));
        assertThat(places.add(placeOf(container))).isTrue();
        assertThat(run(container, "print('x' in globals(), _i); x = 1")).startsWith("False");
        assertThat(container.list(10)).isEmpty();
      }
      assertThat(places).allMatch(place -> place.startsWith("ready-"));
    }
  }

  @Test
  void theyRepeatNoRandomNumbers() throws Exception {
    try (OciDriver driver = open(3)) {
      driver.warm("p");
      await(driver, 3);
      List<String> drawn = new ArrayList<>();
      for (int i = 0; i < 5; i++) { // three made ahead, two when wanted
        drawn.addAll(List.of(run(driver.create(spec("cntr_" + i)), DRAW).strip().split(" ", 4)));
      }
      assertThat(drawn).hasSize(20).doesNotHaveDuplicates();
    }
  }

  @Test
  void otherLimitsThanTheirsAreNotServedByThem() throws Exception {
    try (OciDriver driver = open(1)) {
      driver.warm("p");
      await(driver, 1);
      SandboxContainer larger =
          driver.create(
              new ContainerSpec("cntr_1", "p", 1 << 29, 64, 256, 1 << 20, 1 << 20, Runc.DISK));
      assertThat(placeOf(larger)).isEqualTo("cntr_1");
    }
  }

  @Test
  void oneThatHasEndedMeanwhileIsNotGivenAway() throws Exception {
    try (OciDriver driver = open(1)) {
      driver.warm("p");
      await(driver, 1);
      for (Path group : groups(driver, "ready-")) {
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
          ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      while (driver.readyContainers("p") > 0) {
        Thread.onSpinWait();
      }
      SandboxContainer container = driver.create(spec("cntr_1"));
      assertThat(run(container, "print(3)")).isEqualTo("3\n");
    }
  }

  @Test
  void theyLeaveNothingEvenIfTheDriverIsClosedWhileTheyAreMade() throws Exception {
    for (int made = 0; made < 3; made++) {
      OciDriver driver = open(4);
      driver.warm("p");
      await(driver, made);
      driver.close();
      Files.deleteIfExists(config.dataDir());
      assertThat(Traces.of(driver)).isEmpty();
    }
  }

  private static String run(SandboxContainer container, String code) throws InterruptedException {
    StringBuilder out = new StringBuilder();
    CellListener listener =
        output -> {
          if (output instanceof CellOutput.Stream(var name, var text)) {
            out.append(text);
          }
        };
    CellRequest request =
        new CellRequest(
            "cell", code, Duration.ofSeconds(20), Duration.ofSeconds(1), 1 << 16, 1 << 16, 0);
    assertThat(container.execute(request, listener).status()).isEqualTo(CellResult.Status.OK);
    return out.toString();
  }

  /** The name that it has on the host. */
  private static String placeOf(SandboxContainer container) {
    return ((OciContainer) container).name();
  }

  private static void await(OciDriver driver, int count) throws InterruptedException {
    while (driver.readyContainers("p") < count) {
      Thread.sleep(2);
    }
  }

  private static List<Path> groups(OciDriver driver, String prefix) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 6)) {
      return all.filter(Files::isDirectory)
          .filter(path -> path.toString().contains(DriverHome.instanceOf(driver.config().runDir())))
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .toList();
    }
  }
}
