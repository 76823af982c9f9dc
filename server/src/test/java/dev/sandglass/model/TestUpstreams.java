package dev.sandglass.model;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Upstreams for tests: patient enough for a loaded machine, impatient where a test waits. */
final class TestUpstreams {

  static final UpstreamLimits LIMITS =
      new UpstreamLimits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          3,
          1 << 16,
          1 << 20);

  private TestUpstreams() {}

  static Upstream of(URI base, @Nullable Dialect dialect) {
    return of(base, dialect, LIMITS);
  }

  static Upstream of(URI base, @Nullable Dialect dialect, UpstreamLimits limits) {
    return new Upstream(
        "test",
        Endpoint.at(base),
        "sk-secret-of-the-test",
        dialect,
        true,
        false,
        false,
        0,
        null,
        limits);
  }

  /** A small model's, whose endpoint continues an answer that is begun. */
  static Upstream prefilled(URI base) {
    return new Upstream(
        "test", Endpoint.at(base), null, Dialect.BLOCKS, false, false, true, 0, null, LIMITS);
  }
}
