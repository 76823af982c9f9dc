package dev.sandglass.responses;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What all turns share.
 *
 * @param shorten cuts a text to what a model is shown
 * @param onEnd told when a turn has ended
 */
record TurnServices(
    ResponseStore store,
    TurnContainers containers,
    TurnLimits limits,
    Figures figures,
    UnaryOperator<String> shorten,
    ScheduledExecutorService timer,
    Clock clock,
    Consumer<Turn> onEnd) {

  Instant now() {
    return clock.instant();
  }

  void ended(Turn turn) {
    onEnd.accept(turn);
  }
}
