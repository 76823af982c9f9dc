package dev.sandglass.model.local;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How the local model is doing.
 *
 * @param pid of the child; 0 if none runs
 * @param residentBytes what the child keeps in memory; 0 if none runs
 * @param restarts how often a new child took a dead one's place
 * @param baseUrl null unless ready
 * @param failure what went wrong last; null if nothing did
 */
public record LocalModelStatus(
    State state,
    long pid,
    long residentBytes,
    int restarts,
    @Nullable URI baseUrl,
    @Nullable String failure) {

  /** Where in its life the local model is. */
  public enum State {
    /** Not started yet. */
    NEW,
    /** A child loads the weights. */
    LOADING,
    /** It answers. */
    READY,
    /** A child died; the next one comes after a pause. */
    PAUSING,
    /** Given up after too many deaths. */
    FAILED,
    /** Closed. */
    CLOSED
  }
}
