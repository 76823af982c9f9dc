package dev.sandglass.sandbox.protocol;

/**
 * One message: a JSON header and a body for whatever may be large.
 *
 * @param body owned by the frame; never changed after construction
 */
record Frame(Header header, byte[] body) {

  static final byte[] NO_BODY = new byte[0];

  Frame(Header header) {
    this(header, NO_BODY);
  }
}
