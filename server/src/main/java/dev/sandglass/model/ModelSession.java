package dev.sandglass.model;

/**
 * A model seen through its dialect: it is shown a transcript and either writes Python or answers in
 * words. The dialect's wire form (native tool calls, fenced blocks) and all the ways in which small
 * models garble it stay behind this interface. Thread-safe.
 */
public interface ModelSession {

  /**
   * Asks for one step. Text and code reach {@code listener} as the model writes them. Interrupting
   * the calling thread cancels the upstream request within milliseconds.
   *
   * @throws UpstreamException if the endpoint is down, slow, or speaks nonsense
   */
  ModelStep step(StepRequest request, StepListener listener) throws InterruptedException;

  /** The upstream's own name of the model that answers. */
  String modelName();

  Dialect dialect();
}
