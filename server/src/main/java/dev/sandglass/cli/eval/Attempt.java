package dev.sandglass.cli.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the product made of one question: kept as a line of JSON, so that it can be judged again.
 *
 * @param steps how many cells ran
 * @param seconds from the request to the whole answer
 * @param error why there is no answer, or null
 * @param trace the code of each cell and what it printed, for whoever wants to know why
 */
record Attempt(
    String id,
    String answer,
    int steps,
    double seconds,
    List<Produced> files,
    @Nullable String error,
    List<String> trace) {}
