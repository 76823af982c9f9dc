package dev.sandglass.sandbox;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a cell ended.
 *
 * @param status how
 * @param reason for {@link Status#DIED} a sentence that says what happened; else null
 * @param executionCount IPython's
 * @param elapsed from the first instruction to the last, waiting not counted
 * @param stdoutBytes what the code really wrote
 * @param stderrBytes likewise
 * @param spilled path of the file that holds the whole output, if it was too long
 * @param stateLost true if variables of earlier cells are gone
 * @param note what has become of the variables since the last cell, if a kernel has ended: a
 *     sentence or two for people and models; else null
 * @param files what lay in {@code /mnt/data} right after the cell, as {@link
 *     SandboxContainer#list}; null if it was not asked for or could not be told
 */
public record CellResult(
    Status status,
    @Nullable String reason,
    int executionCount,
    Duration elapsed,
    long stdoutBytes,
    long stderrBytes,
    @Nullable String spilled,
    boolean stateLost,
    @Nullable String note,
    @Nullable List<SandboxContainer.FileStat> files) {

  public enum Status {
    OK,
    /** The code raised; a {@link CellOutput.Error} says what. */
    ERROR,
    INTERRUPTED,
    TIMEOUT,
    /** The kernel ended: out of memory, crash, {@code os._exit}, or it would not stop. */
    DIED
  }
}
