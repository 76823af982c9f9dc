package dev.sandglass.model;

import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible endpoint and how it is used.
 *
 * @param name its name in the configuration
 * @param endpoint where it is
 * @param key its API key, or null if it wants none
 * @param dialect null to find out by a probe
 * @param vision whether its models see images
 * @param runFenced in {@link Dialect#TOOLS}: whether a fenced Python block in the text counts as a
 *     call if no call came
 * @param prefill in {@link Dialect#BLOCKS}: whether it continues an assistant's message that is
 *     begun
 * @param contextTokens what its models take in all; 0 if not known, and then nothing is left out
 * @param temperature used where the request names none; null for the endpoint's own default
 * @param limits times and sizes
 */
public record Upstream(
    String name,
    Endpoint endpoint,
    @Nullable String key,
    @Nullable Dialect dialect,
    boolean vision,
    boolean runFenced,
    boolean prefill,
    int contextTokens,
    @Nullable Double temperature,
    UpstreamLimits limits) {

  /** Without the key. */
  @Override
  public String toString() {
    return "Upstream[" + name + ", dialect=" + (dialect == null ? "auto" : dialect) + "]";
  }
}
