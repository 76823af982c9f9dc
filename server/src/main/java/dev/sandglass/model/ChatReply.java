package dev.sandglass.model;

import dev.sandglass.model.ModelStep.Finish;
import dev.sandglass.model.ModelStep.Usage;

/**
 * How a Chat Completions answer ended; its content has gone to the listener.
 *
 * @param model the endpoint's own name of the model that answered
 */
record ChatReply(Finish finish, Usage usage, String model) {}
