package dev.sandglass.container;

import dev.sandglass.config.Edition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is promised of containers, said again as simply as it can be: the clocks, the files, the
 * fees. Knows nothing of the code that keeps the promise. For one thread.
 */
final class LifeModel {

  static final Duration HOUR = Duration.ofHours(1);
  static final Duration RETENTION = Duration.ofDays(30);

  /** A container. */
  static final class Box {
    final String id;
    final String project;
    final Edition edition;
    final Duration idle;
    final Instant made;

    /** Path → content, and path → id. */
    final Map<String, String> files = new HashMap<>();

    final Map<String, String> ids = new HashMap<>();
    Instant used;
    int turns;
    @Nullable Instant ended;
    @Nullable Instant session;
    boolean deleted;

    Box(String id, String project, Edition edition, Duration idle, Instant made) {
      this.id = id;
      this.project = project;
      this.edition = edition;
      this.idle = idle;
      this.made = made;
      this.used = made;
    }
  }

  final List<Box> boxes = new ArrayList<>();

  /** Lets the clocks take effect. */
  void settle(Instant now) {
    for (Box b : boxes) {
      Instant end = b.used.plus(b.idle);
      if (b.edition == Edition.GUIDE && b.made.plus(HOUR).isBefore(end)) {
        end = b.made.plus(HOUR);
      }
      if (b.ended == null && b.turns == 0 && !now.isBefore(end)) {
        b.ended = end.isBefore(b.used) ? b.used : end; // a turn held it longer
      }
      if (b.ended != null && !now.isBefore(b.ended.plus(RETENTION))) {
        b.deleted = true;
      }
    }
  }

  static boolean seen(Box b, String project) {
    return !b.deleted && b.project.equals(project);
  }

  static boolean alive(Box b) {
    return b.ended == null && !b.deleted;
  }

  static String status(Box b, Instant now) {
    if (b.ended != null) {
      return "expired";
    }
    return b.turns > 0 || now.isBefore(b.used.plusSeconds(60)) ? "active" : "idle";
  }

  /** Whether its files can be had. */
  static boolean showsFiles(Box b) {
    return b.ended == null || b.edition == Edition.GUIDE;
  }

  /** How many fees are due by now. */
  static long fees(Box b, Instant now) {
    if (b.session == null) {
      return 0;
    }
    if (b.edition == Edition.GUIDE) {
      return 1; // it lives an hour
    }
    long millis = Duration.between(b.session, b.ended == null ? now : b.ended).toMillis();
    return Math.max(1, (millis + HOUR.toMillis() - 1) / HOUR.toMillis());
  }
}
