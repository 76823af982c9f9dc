package dev.sandglass.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A part's content whose failures are the sender's: without it, a form that is cut in its file
 * would look to the store like a disk that fails. For one thread.
 */
final class PartContent extends FilterInputStream {

  PartContent(InputStream content) {
    super(content);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw Multipart.unreadable(e); // an IOException would be taken for a fault of the store
    }
  }
}
