package dev.sandglass.model.local;

/**
 * One wheel that carries one slice of a model.
 *
 * @param sha256 of the wheel itself
 * @param bytes the wheel's size
 * @param entry the file inside the wheel that is the slice
 */
public record WheelPart(
    String distribution, String version, String sha256, long bytes, String entry) {
  /** Reads as {@code distribution==version}. */
  String requirement() {
    return distribution + "==" + version;
  }
}
