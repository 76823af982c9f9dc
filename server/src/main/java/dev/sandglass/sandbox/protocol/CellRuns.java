package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.SandboxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cells whose events may come: those sent by this server, and those that the supervisor has
 * kept of an earlier one. The kept ones' events follow the greeting at once, before anybody has
 * read in it which these are. Thread-safe.
 */
final class CellRuns {

  /** The most cells that a supervisor may keep. */
  static final int MAX = 1_000;

  private final Map<String, CellRun> runs = new HashMap<>();
  private boolean greeted;
  private @Nullable SandboxException gone;

  /** The greeting has been read: no other cells than these are kept. */
  synchronized void greeted(List<String> kept) throws ProtocolException {
    greeted = true;
    for (String cell : runs.keySet()) {
      if (!kept.contains(cell)) {
        throw new ProtocolException("it sent events of cell %s, which isn't kept".formatted(cell));
      }
    }
    kept.forEach(cell -> runs.computeIfAbsent(cell, this::made));
  }

  synchronized void add(CellRun run) {
    runs.put(run.cell(), run);
    if (gone != null) {
      run.gone(gone);
    }
  }

  private CellRun made(String cell) {
    CellRun run = new CellRun(cell, Integer.MAX_VALUE); // who sent it knows how many
    if (gone != null) {
      run.gone(gone);
    }
    return run;
  }

  synchronized @Nullable CellRun find(String cell) {
    return runs.get(cell);
  }

  synchronized void remove(String cell) {
    runs.remove(cell);
  }

  /** The cell that an event is about. */
  synchronized CellRun of(String cell) throws ProtocolException {
    CellRun run = runs.get(cell);
    if (run == null && !greeted && runs.size() < MAX) {
      run = made(cell);
      runs.put(cell, run);
    }
    if (run == null) {
      throw new ProtocolException("cell %s isn't running".formatted(cell));
    }
    return run;
  }

  /** Nothing more will come. */
  synchronized void gone(SandboxException why) {
    gone = why;
    runs.values().forEach(run -> run.gone(why));
  }
}
