package dev.sandglass.container;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.common.Text;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The errors about containers, with the hosted service's words where they are known (openai-api.md
 * 1.6).
 */
final class Containers {

  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);

  private Containers() {}

  static SandglassException notFound(String id) {
    return new SandglassException(
        Kind.NOT_FOUND, "Container with id '" + Text.shown(id) + "' not found.");
  }

  static SandglassException expired(String id) {
    return new SandglassException(
        Kind.INVALID,
        "Container is expired. ("
            + id
            + "; its generated files can still be downloaded. Use another container, or"
            + " {\"type\":\"auto\"} for a new one.)");
  }

  static SandglassException fileNotFound(String id) {
    return new SandglassException(
        Kind.NOT_FOUND, "No such container file: '" + Text.shown(id) + "'.");
  }

  static SandglassException noSuchInputFile(String fileId, String param) {
    return new SandglassException(
        Kind.NOT_FOUND, "No such File object: " + Text.shown(fileId), null, param, null);
  }

  /** What became of a cell whose container ended under it. */
  static CellResult died(String container, SandboxException e) {
    LOG.warn("container {} has died under a cell: {}", container, e.getMessage());
    return new CellResult(
        CellResult.Status.DIED,
        "All processes of the container were ended under this cell, and not by its code.",
        0,
        Duration.ZERO,
        0,
        0,
        null,
        true,
        null,
        null);
  }

  /** What became of a cell whose code the sandbox did not take. */
  static CellResult refused(SandboxException e, CellListener listener) {
    String why = String.valueOf(e.getMessage());
    listener.onOutput(new CellOutput.Error("CodeTooLarge", why, "CodeTooLarge: " + why, why));
    return new CellResult(
        CellResult.Status.ERROR, null, 0, Duration.ZERO, 0, 0, null, false, null, null);
  }
}
