package dev.sandglass.common;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes identifiers of the shapes that OpenAI's API uses (openai-api.md 0). Not guessable.
 * Thread-safe.
 */
public final class Ids {

  /** What the ids of the Files API begin with. */
  public static final String FILE_PREFIX = "file-";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final char[] BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();

  private Ids() {}

  public static String response() {
    return "resp_" + hex(25);
  }

  public static String message() {
    return "msg_" + hex(25);
  }

  public static String codeInterpreterCall() {
    return "ci_" + hex(25);
  }

  public static String reasoning() {
    return "rs_" + hex(25);
  }

  public static String container() {
    return "cntr_" + hex(24);
  }

  public static String containerFile() {
    return "cfile_" + hex(16);
  }

  public static String file() {
    return FILE_PREFIX + base62(22);
  }

  public static String request() {
    return "req_" + hex(16);
  }

  public static String project() {
    return "proj_" + base62(24);
  }

  public static String key() {
    return "key_" + base62(16);
  }

  /** A bearer token: 256 bits. */
  public static String secret() {
    return "sk-sandglass-" + base62(43);
  }

  private static String hex(int bytes) {
    byte[] b = new byte[bytes];
    RANDOM.nextBytes(b);
    return HexFormat.of().formatHex(b);
  }

  private static String base62(int length) {
    StringBuilder s = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      s.append(BASE62[RANDOM.nextInt(BASE62.length)]);
    }
    return s.toString();
  }
}
