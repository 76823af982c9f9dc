package dev.sandglass.file;

import java.io.IOException;

/** Content had more bytes than allowed. */
public final class BlobTooLargeException extends IOException {

  private final long limit;

  BlobTooLargeException(long limit) {
    super("more than " + limit + " bytes");
    this.limit = limit;
  }

  public long limit() {
    return limit;
  }
}
