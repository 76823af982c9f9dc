package dev.sandglass.cli.setup;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Says what the setup is doing: on a terminal one line a step, redrawn in place; elsewhere a line
 * when a step begins, ends, and every ten seconds in between. Thread-safe.
 */
final class SetupDisplay {

  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final long REDRAW_MS = 150;

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private int drawn;
  private long lastDraw;

  private static final class Line {
    String text = "";
    long began;
    long said;
    boolean over;
  }

  SetupDisplay(PrintStream out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  synchronized void begin(String step) {
    Line line = new Line();
    line.began = clock.millis();
    line.said = line.began;
    line.text = "…";
    lines.put(step, line);
    say(step, line, "started");
  }

  synchronized void progress(String step, String what, long done, long total) {
    Line line = lines.get(step);
    if (line == null || line.over) {
      return;
    }
    line.text = text(step, what, done, total);
    long now = clock.millis();
    if (terminal) {
      if (now - lastDraw > REDRAW_MS) {
        draw();
      }
    } else if (now - line.said > QUIET.toMillis()) {
      line.said = now;
      say(step, line, line.text);
    }
  }

  synchronized void done(String step) {
    end(step, "done");
  }

  synchronized void failed(String step) {
    end(step, "failed");
  }

  private void end(String step, String how) {
    Line line = lines.get(step);
    if (line != null) {
      line.over = true;
      line.text = how + " in " + (clock.millis() - line.began + 500) / 1000 + " s";
      say(step, line, line.text);
    }
  }

  private void say(String step, Line line, String what) {
    if (terminal) {
      draw();
    } else {
      out.println("setup: " + step + ": " + what);
    }
  }

  private void draw() {
    lastDraw = clock.millis();
    StringBuilder s = new StringBuilder();
    if (drawn > 0) {
      s.append("\033[").append(drawn).append('A');
    }
    lines.forEach((step, line) ->
        s.append("\r\033[2K  ")
            .append(String.format(Locale.ROOT, "%-18s", step))
            .append(line.text)
            .append('\n'));
    drawn = lines.size();
    out.print(s);
    out.flush();
  }

  static String text(String step, String what, long done, long total) {
    String label = what.startsWith(step) || what.isBlank() ? "" : what + " ";
    if (total <= 0) {
      return done > 0 ? label + done : label;
    }
    if (total > 10_000_000) {
      return String.format(
          Locale.ROOT, "%s%d of %d MB (%d %%)", label, done >> 20, total >> 20, 100 * done / total);
    }
    return String.format(Locale.ROOT, "%s%d of %d", label, done, total);
  }
}
