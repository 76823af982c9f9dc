package dev.sandglass.cli.eval;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * A question of a set: what is asked, with which files of the set, and what an answer must hold.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record EvalQuestion(
    String id, String domain, List<String> files, String question, List<Check> checks) {}
