package dev.sandglass.model.local;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What every conversation with the local model begins with, and where the model's state after
 * reading it is kept: reading 2,000 tokens takes two cores 20 seconds, loading the state 0.1.
 *
 * @param messages the body's {@code messages}, as JSON
 * @param folder where states are kept, one for each model, program, context and prompt
 */
public record FixedPrompt(String messages, Path folder) {

  /** The state's file name for a child that runs with these settings. */
  String file(LocalModelSettings settings) {
    String key =
        String.join(
            "\n",
            messages,
            settings.weights().toString(),
            settings.server().toString(),
            Integer.toString(settings.contextTokens()));
    return Sha256.of(key.getBytes(StandardCharsets.UTF_8)).substring(0, 16) + ".state";
  }
}
