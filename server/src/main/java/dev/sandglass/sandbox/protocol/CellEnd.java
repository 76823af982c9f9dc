package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code done} event: how a cell ended, as far as the supervisor knows.
 *
 * @param died for {@link CellResult.Status#DIED} the protocol's word: {@code exit}, {@code signal},
 *     {@code out-of-memory}, {@code killed}; else null
 * @param message for the same status a sentence that says what happened, else null
 * @param waitStatus the kernel's wait status if it died and the supervisor told, else null
 * @param stateLost whether variables of earlier cells are gone
 * @param restored whether a kernel has died and variables are kept as {@code note} says
 * @param note what has become of the variables, and what else is gone; null if nothing has happened
 * @param files the files after the cell; null if there is no list
 */
public record CellEnd(
    CellResult.Status status,
    @Nullable String died,
    @Nullable String message,
    @Nullable Integer waitStatus,
    int executionCount,
    Duration elapsed,
    long stdoutBytes,
    long stderrBytes,
    @Nullable String spilled,
    boolean stateLost,
    boolean restored,
    @Nullable String note,
    @Nullable List<FileStat> files) {

  private static final int MAX_SENTENCE = 2000;
  private static final int SIGKILL = 9;

  /** Whether the kernel was killed by somebody else than the supervisor, who can't know by whom. */
  public boolean killedByAnother() {
    boolean killed = waitStatus != null && waitStatus == SIGKILL;
    return "out-of-memory".equals(died) || ("signal".equals(died) && killed);
  }

  static CellEnd parse(Frame frame, int files) throws ProtocolException {
    Header header = frame.header();
    CellResult.Status status =
        switch (header.string("status", 32)) {
          case "ok" -> CellResult.Status.OK;
          case "error" -> CellResult.Status.ERROR;
          case "interrupted" -> CellResult.Status.INTERRUPTED;
          case "timeout" -> CellResult.Status.TIMEOUT;
          case "died" -> CellResult.Status.DIED;
          default -> throw new ProtocolException("a cell can't end like " + header);
        };
    return new CellEnd(
        status,
        header.stringOrNull("reason", 64),
        header.stringOrNull("message", MAX_SENTENCE),
        header.has("wait_status") ? (int) header.number("wait_status", 0, 0xffff) : null,
        (int) header.number("execution_count", 0, Integer.MAX_VALUE),
        Duration.ofNanos((long) (header.milliseconds("elapsed_ms") * 1e6)),
        header.number("stdout_bytes", 0, Long.MAX_VALUE),
        header.number("stderr_bytes", 0, Long.MAX_VALUE),
        header.stringOrNull("spilled", 4096),
        header.flag("state_lost"),
        header.flag("restored"),
        header.stringOrNull("note", MAX_SENTENCE),
        header.has("listed") && header.flag("listed")
            ? FileClient.parseList(frame.body(), files)
            : null);
  }
}
