package dev.sandglass.responses;

import tools.jackson.databind.node.ObjectNode;

/**
 * Where a turn's events go: a stream to the client, or nowhere. Called in the order of the events,
 * by one thread at a time, never after the turn has ended. A sink whose client has gone swallows
 * what comes and stops the turn ({@link Turn#stop}); it does not throw.
 */
@FunctionalInterface
public interface EventSink {

  /** One event, with {@code type} and {@code sequence_number}; complete, not to be changed. */
  void send(ObjectNode event);

  EventSink NONE = event -> {};
}
