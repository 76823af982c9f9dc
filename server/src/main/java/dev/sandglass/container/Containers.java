package dev.sandglass.container;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;

/**
 * The errors about containers, with the hosted service's words where they are known (openai-api.md
 * 1.6).
 */
final class Containers {

  private Containers() {}

  static SandglassException notFound(String id) {
    return new SandglassException(Kind.NOT_FOUND, "Container with id '" + id + "' not found.");
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
    return new SandglassException(Kind.NOT_FOUND, "No such container file: '" + id + "'.");
  }

  static SandglassException noSuchInputFile(String fileId, String param) {
    return new SandglassException(
        Kind.NOT_FOUND, "No such File object: " + fileId, null, param, null);
  }
}
