package dev.sandglass.responses;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response as it is kept.
 *
 * @param previousId the response that it follows
 * @param containerId the container that its turn used or could have used; null if none
 * @param json the wire's object, without its output
 * @param input the items of the request alone, each with an id
 * @param output whole items
 */
record StoredResponse(
    String id,
    @Nullable String previousId,
    @Nullable String containerId,
    Instant createdAt,
    ObjectNode json,
    List<ObjectNode> input,
    List<ObjectNode> output) {}
