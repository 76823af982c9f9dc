package dev.sandglass.api;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code /metrics} for Prometheus. */
public final class MetricsResource implements Resource {

  private final PrometheusRegistry registry;

  public MetricsResource(PrometheusRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void routes(Router r) {
    r.get("/metrics", this::metrics);
  }

  private void metrics(Exchange x) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    x.text(PrometheusTextFormatWriter.CONTENT_TYPE, out.toString(StandardCharsets.UTF_8));
  }
}
