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
   * Threads that write. Writing waits for memory: measured on 2 cores, one thread is as fast as two
   * (19 and 20 tokens/s), and leaves the other core to the sandbox.
   */
  int writingThreads() {
    return threads > 0 ? threads : Math.max(1, cores() - 1);
  }

  /** Threads that read the prompt, which is arithmetic. */
  int readingThreads() {
    return threads > 0 ? threads : cores();
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }
}
