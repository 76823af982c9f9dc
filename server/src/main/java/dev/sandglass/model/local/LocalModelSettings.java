package dev.sandglass.model.local;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to run a local model.
 *
 * @param name the model's name
 * @param weights its GGUF file
 * @param server the {@code llama-server} program
 * @param log where the child's output goes, bounded
 * @param contextTokens tokens of context, shared by the slots
 * @param threads 0 takes one for each core
 * @param cacheBytes memory for the prompt cache beside the context
 * @param startTimeout how long loading may take
 * @param prompt what every conversation begins with, to be known from the start; or null
 */
public record LocalModelSettings(
    String name,
    Path weights,
    Path server,
    Path log,
    int contextTokens,
    int threads,
    long cacheBytes,
    Duration startTimeout,
    @Nullable FixedPrompt prompt) {
  public static final int DEFAULT_CONTEXT_TOKENS = 8192;
  public static final long DEFAULT_CACHE_BYTES = 256L << 20;
  public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(120);

  /** The defaults for a model, its program and a log file. */
  public static LocalModelSettings of(String name, Path weights, Path server, Path log) {
    return new LocalModelSettings(
        name,
        weights,
        server,
        log,
        DEFAULT_CONTEXT_TOKENS,
        0,
        DEFAULT_CACHE_BYTES,
        DEFAULT_START_TIMEOUT,
        null);
  }

  /** The same with a prompt that is known from the start. */
  LocalModelSettings with(FixedPrompt known) {
    return new LocalModelSettings(
        name, weights, server, log, contextTokens, threads, cacheBytes, startTimeout, known);
  }

  /**
   * Threads that read the prompt and write the answer. Writing waits for memory, and one thread is
   * as fast as two where memory is fast; where it is slow or shared, two are nearly twice as fast
   * (decision 3).
   */
  int threadsTaken() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }
}
