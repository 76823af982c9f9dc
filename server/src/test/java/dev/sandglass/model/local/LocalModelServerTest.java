package dev.sandglass.model.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Supervises real child processes that behave as each test needs. */
@Timeout(120)
class LocalModelServerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final RestartPolicy TWICE =
      new RestartPolicy(2, Duration.ofMinutes(10), Duration.ofMillis(1), Duration.ofMillis(2));

  @TempDir Path folder;

  @Test
  void isReadyOnceTheChildAnswers() throws Exception {
    try (LocalModelServer model = start(FakeLlamaServer.serving(folder))) {
      URI url = model.awaitReady(LONG);

      assertThat(url.toString()).matches("http://127\\.0\\.0\\.1:\\d+/v1");
      assertThat(model.status().state()).isEqualTo(LocalModelStatus.State.READY);
      assertThat(model.status().residentBytes()).isPositive();
      assertThat(model.status().baseUrl()).isEqualTo(url);
    }
  }

  @Test
  void aDeadChildIsReplacedAndTheOldAddressTakenBack() throws Exception {
    try (LocalModelServer model = start(FakeLlamaServer.serving(folder))) {
      model.awaitReady(LONG);
      long first = model.status().pid();
      ProcessHandle child = ProcessHandle.of(first).orElseThrow();

      child.destroyForcibly();
      child.onExit().get(30, TimeUnit.SECONDS);
      while (model.status().restarts() == 0) {
        Thread.onSpinWait();
      }

      model.awaitReady(LONG);
      assertThat(model.status().pid()).isNotZero().isNotEqualTo(first);
    }
  }

  @Test
  void givesUpAfterTooManyDeathsAndShowsTheLog() throws Exception {
    try (LocalModelServer model = start(FakeLlamaServer.crashing(folder))) {
      assertThatThrownBy(() -> model.awaitReady(LONG))
          .isInstanceOf(LocalModelException.class)
          .hasMessageContaining("tiny cannot run")
          .hasMessageContaining("status 7")
          .hasMessageContaining("tensor data is damaged");
      assertThat(model.status().state()).isEqualTo(LocalModelStatus.State.FAILED);
      assertThat(model.status().restarts()).isEqualTo(2);
    }
  }

  @Test
  void aChildThatNeverLoadsIsGivenUp() throws Exception {
    try (LocalModelServer model = start(FakeLlamaServer.silent(folder))) {
      assertThatThrownBy(() -> model.awaitReady(LONG))
          .hasMessageContaining("models.local.start-timeout");
    }
  }

  @Test
  void waitingTooShortSaysSo() throws Exception {
    try (LocalModelServer model = new LocalModelServer(FakeLlamaServer.serving(folder))) {
      assertThatThrownBy(() -> model.awaitReady(Duration.ofMillis(1)))
          .hasMessageContaining("is not ready after");
    }
  }

  @Test
  void missingWeightsAreNamed() throws Exception {
    LocalModelSettings settings = FakeLlamaServer.serving(folder);
    Files.delete(settings.weights());
    try (LocalModelServer model = start(settings)) {
      assertThatThrownBy(() -> model.awaitReady(LONG))
          .hasMessageContaining("sandglass model install");
    }
  }

  @Test
  void closingEndsTheChildAndThoseWhoWait() throws Exception {
    LocalModelServer model = start(FakeLlamaServer.serving(folder));
    model.awaitReady(LONG);
    ProcessHandle child = ProcessHandle.of(model.status().pid()).orElseThrow();

    model.close();

    assertThat(child.isAlive()).isFalse();
    assertThat(model.status().state()).isEqualTo(LocalModelStatus.State.CLOSED);
  }

  @Test
  void theChildDiesWithItsServerEvenByKill() throws Exception {
    FakeLlamaServer.serving(folder);
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = parent.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.startsWith("child ")) {
        line = out.readLine();
      }
      assertThat(line).as("the parent names its child").isNotNull();
      ProcessHandle child = ProcessHandle.of(Long.parseLong(line.substring(6))).orElseThrow();

      parent.destroyForcibly();

      assertThat(child.onExit()).succeedsWithin(LONG);
    } finally {
      parent.destroyForcibly();
    }
  }

  private static LocalModelServer start(LocalModelSettings settings) {
    LocalModelServer model = new LocalModelServer(settings, TWICE, Clock.systemUTC());
    model.start();
    return model;
  }

  /** A process of its own that runs a local model until it is killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      LocalModelServer model = LocalModelServer.started(FakeLlamaServer.serving(Path.of(args[0])));
      model.awaitReady(LONG);
      System.out.println("child " + model.status().pid());
      Thread.sleep(Duration.ofMinutes(10));
    }
  }
}
