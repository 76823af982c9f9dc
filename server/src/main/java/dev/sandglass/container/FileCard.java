package dev.sandglass.container;

/**
 * What Sandglass tells a model about an uploaded file: type, columns, ranges … in a few bounded
 * lines. Computed from hostile bytes in a throw-away container, so its text is to be treated as
 * untrusted.
 */
public record FileCard(String path, String text) {}
