package dev.sandglass.model;

import java.util.List;
import java.util.regex.Pattern;

/** The special tokens that end a model's turn, where an endpoint lets them through as text. */
final class BlockEnd {

  private static final List<String> TOKENS =
      List.of("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>");

  /** Any of them, of whatever model. */
  private static final Pattern TOKEN = Pattern.compile("<\\|(?=\\w{1,40}\\|>)");

  private BlockEnd() {}

  /**
   * A text in which none is one. llama.cpp takes them for what they mean wherever they stand, so
   * that a file's words could end the user's turn and go on as the system's.
   */
  static String spoken(String text) {
    return TOKEN.matcher(text).replaceAll("< |");
  }

  static boolean starts(String text) {
    return TOKENS.stream().anyMatch(text::startsWith);
  }

  /** Whether it may be one once there is more of it. */
  static boolean mayStart(String text) {
    return TOKENS.stream().anyMatch(token -> token.startsWith(text));
  }
}
