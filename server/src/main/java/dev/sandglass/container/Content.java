package dev.sandglass.container;

import java.io.IOException;
import java.io.OutputStream;

/** Gives out the bytes of a file. */
@FunctionalInterface
public interface Content {

  /**
   * @param length a negative one means to the end
   */
  void copy(long offset, long length, OutputStream to) throws IOException, InterruptedException;
}
