package dev.sandglass.cli.setup;

import dev.sandglass.common.SandglassException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the needed steps: first those that come before all others, then the rest in parallel. */
final class SetupRunner {

  private final SetupDisplay display;

  SetupRunner(SetupDisplay display) {
    this.display = display;
  }

  /**
   * @throws SandglassException the first failure; the other steps are ended, what they have done is
   *     kept
   */
  void run(List<SetupStep> first, List<SetupStep> parallel) throws InterruptedException {
    for (SetupStep step : first) {
      if (step.needed()) {
        runOne(step);
      }
    }
    List<SetupStep> needed = parallel.stream().filter(SetupStep::needed).toList();
    if (needed.isEmpty()) {
      return;
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running =
          needed.stream().map(step -> threads.submit((Callable<Void>) () -> runOne(step))).toList();
      try {
        for (Future<Void> one : running) {
          one.get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException r
            ? r
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  @SuppressWarnings("NullAway") // Callable<Void> has no other value to give
  private Void runOne(SetupStep step) throws InterruptedException {
    display.begin(step.name());
    try {
      step.run((what, done, total) -> display.progress(step.name(), what, done, total));
    } catch (RuntimeException | InterruptedException e) {
      display.failed(step.name());
      throw e;
    }
    display.done(step.name());
    return null;
  }
}
