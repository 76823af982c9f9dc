package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.sandbox.DiskContract;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.testing.Unwalled;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;

/** Mere processes keep the contract, but for what {@link NotKept} says. */
@ExtendWith(ProcessContainerTest.LeftOut.class)
class ProcessContainerTest extends DiskContract {

  @TempDir static Path directory;

  /** Leaves out exactly those. */
  static final class LeftOut implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      String name = context.getTestMethod().map(m -> m.getName()).orElse("");
      return Arrays.stream(NotKept.values())
          .filter(n -> n.promise().equals(name))
          .findFirst()
          .map(n -> ConditionEvaluationResult.disabled(n.says()))
          .orElse(ConditionEvaluationResult.enabled("kept"));
    }
  }

  @Override
  protected SandboxDriver open() throws Exception {
    return Unwalled.open(directory);
  }

  @Override
  protected List<String> traces() throws Exception {
    OciConfig config = ((ProcessDriver) driver()).config();
    return Traces.of(config.runDir(), config.dataDir());
  }

  @Test
  void whatIsNotKeptIsAPromiseOfTheContracts() {
    List<String> promises =
        Stream.<Class<?>>iterate(DiskContract.class, c -> c != Object.class, Class::getSuperclass)
            .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
            .map(m -> m.getName())
            .toList();
    assertThat(promises)
        .containsAll(Arrays.stream(NotKept.values()).map(NotKept::promise).toList());
  }
}
