package dev.sandglass.responses;

import dev.sandglass.container.InlineFile;

/** Names an image that came as a data URL, so that it can stand in the container. */
final class InlineImage {

  private InlineImage() {}

  static InlineFile of(String dataUrl, int number) {
    String mime = dataUrl.substring("data:image/".length()).split("[;,]", 2)[0];
    String extension =
        switch (mime) {
          case "jpeg", "jpg" -> "jpg";
          case "gif" -> "gif";
          case "webp" -> "webp";
          case "svg+xml" -> "svg";
          default -> "png";
        };
    return new InlineFile("image-" + number + "." + extension, ItemReader.decode(dataUrl));
  }
}
