package dev.sandglass.api;

/** Multipart forms with the boundary {@code B}. */
final class Forms {

  static final String TYPE = "multipart/form-data; boundary=B";

  private Forms() {}

  /** A whole upload. */
  static String file(String name, String content) {
    return form(field("purpose", "user_data"), part("file", name, content));
  }

  static String form(String... parts) {
    return String.join("", parts) + "--B--\r\n";
  }

  static String field(String name, String value) {
    return "--B\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, value);
  }

  static String part(String name, String filename, String content) {
    return raw("form-data; name=\"%s\"; filename=\"%s\"".formatted(name, filename), content);
  }

  /** A part with this disposition. */
  static String raw(String disposition, String content) {
    return "--B\r\nContent-Disposition: %s\r\nContent-Type: text/plain\r\n\r\n%s\r\n"
        .formatted(disposition, content);
  }
}
