package dev.sandglass.model;

import java.util.List;

/** The special tokens that end a model's turn, where an endpoint lets them through as text. */
final class BlockEnd {

  private static final List<String> TOKENS =
      List.of("<|im_end|>", "<|im_start|>", "<|endoftext|>", "<|eot_id|>");

  private BlockEnd() {}

  static boolean starts(String text) {
    return TOKENS.stream().anyMatch(text::startsWith);
  }

  /** Whether it may be one once there is more of it. */
  static boolean mayStart(String text) {
    return TOKENS.stream().anyMatch(token -> token.startsWith(text));
  }
}
