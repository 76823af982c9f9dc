package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import dev.sandglass.common.Text;
import dev.sandglass.config.Trait;
import dev.sandglass.container.Container;
import dev.sandglass.container.ContainerService;
import dev.sandglass.container.CreateContainer;
import dev.sandglass.container.MemorySize;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/containers} (openai-api.md 1). */
public final class ContainersResource implements Resource {

  private static final int MAX_IDLE_MINUTES = 20;

  private final ContainerService containers;

  public ContainersResource(ContainerService containers) {
    this.containers = containers;
  }

  @Override
  public void routes(Router r) {
    r.post("/v1/containers", this::create);
    r.get("/v1/containers", this::list);
    r.get("/v1/containers/{id}", this::retrieve);
    r.delete("/v1/containers/{id}", this::delete);
  }

  private void create(Exchange x) throws Exception {
    JsonNode body = x.body();
    x.once(
        body.toString(),
        makes -> create(x, Fields.of(body), makes),
        made -> x.json(wire(x, require(x, made))));
  }

  private void create(Exchange x, Fields body, Consumer<String> makes) throws Exception {
    body.onlyKnown("name", "file_ids", "expires_after", "memory_limit", "network_policy", "skills");
    if (body.has("skills")) {
      throw ApiException.unsupported("skills", "Skills are not available on this server.");
    }
    networkPolicy(body);
    @Nullable Long memory =
        MemorySize.bytes(body.oneOf("memory_limit", MemorySize.names().toArray(String[]::new)));
    containers.checkMemory(memory, body.path("memory_limit"));
    Container made =
        containers.create(
            x.project(),
            new CreateContainer(
                name(x, body),
                fileIds(body),
                idleTimeout(body),
                memory,
                /* auto= */ false,
                x.key(),
                x.edition()));
    makes.accept(made.id());
    containers.prepare(made);
    x.json(wire(x, made));
  }

  private static @Nullable String name(Exchange x, Fields body) {
    if (!body.has("name") && !x.edition().has(Trait.UNNAMED_CONTAINERS)) {
      throw ApiException.missing("name");
    }
    return body.string("name", 256);
  }

  private static List<String> fileIds(Fields body) {
    @Nullable JsonNode ids = body.any("file_ids");
    if (ids == null) {
      return List.of();
    }
    if (!ids.isArray()) {
      throw ApiException.type("file_ids", "an array of strings", "another type");
    }
    return ids.valueStream()
        .map(id -> {
          if (!id.isString()) {
            throw ApiException.type("file_ids", "an array of strings", "another type in it");
          }
          return id.stringValue();
        })
        .toList();
  }

  private static @Nullable Duration idleTimeout(Fields body) {
    @Nullable JsonNode node = body.any("expires_after");
    if (node == null) {
      return null;
    }
    Fields expiry = Fields.of(node, "expires_after");
    expiry.onlyKnown("anchor", "minutes");
    if (!expiry.requiredString("anchor").equals("last_active_at")) {
      throw ApiException.value(
          "expires_after.anchor", expiry.requiredString("anchor"), List.of("last_active_at"));
    }
    JsonNode minutes = expiry.requiredAny("minutes");
    if (!minutes.isIntegralNumber() || !minutes.canConvertToInt()) {
      throw ApiException.type("expires_after.minutes", "an integer", "another type");
    }
    int value = minutes.intValue();
    if (value < 1 || value > MAX_IDLE_MINUTES) {
      boolean below = value < 1;
      throw ApiException.invalid(
          "Invalid 'expires_after.minutes': integer %s. Expected a value %s %d, but got %d instead."
              .formatted(
                  below ? "below minimum value" : "above maximum value",
                  below ? ">=" : "<=",
                  below ? 1 : MAX_IDLE_MINUTES,
                  value),
          below ? "integer_below_min_value" : "integer_above_max_value",
          "expires_after.minutes");
    }
    return Duration.ofMinutes(value);
  }

  private static void networkPolicy(Fields body) {
    @Nullable JsonNode node = body.any("network_policy");
    if (node != null
        && !Fields.of(node, "network_policy").requiredString("type").equals("disabled")) {
      throw ApiException.unsupported(
          "network_policy",
          "Containers have no network here: leave it out, or say {\"type\": \"disabled\"}.");
    }
  }

  private void list(Exchange x) {
    x.json(
        Paging.envelope(
            containers.list(x.project(), x.query("name"), Paging.request(x, 20, 100)),
            c -> wire(x, c)));
  }

  private void retrieve(Exchange x) {
    x.json(wire(x, require(x, x.path("id"))));
  }

  private Container require(Exchange x, String id) {
    return containers
        .retrieve(x.project(), id)
        .orElseThrow(() ->
            ApiException.notFound("Container with id '" + Text.shown(id) + "' not found.", null));
  }

  private void delete(Exchange x) {
    containers.delete(x.project(), x.path("id"));
    x.json(
        Json.MAPPER
            .createObjectNode()
            .put("id", x.path("id"))
            .put("object", "container.deleted")
            .put("deleted", true));
  }

  private ObjectNode wire(Exchange x, Container c) {
    ObjectNode node =
        Json.MAPPER
            .createObjectNode()
            .put("id", c.id())
            .put("object", "container")
            .put("created_at", c.createdAt().getEpochSecond())
            .put("status", containers.status(c, x.edition()));
    node.putObject("expires_after")
        .put("anchor", "last_active_at")
        .put("minutes", (int) Math.max(1, c.idleTimeout().toMinutes()));
    node.put("last_active_at", c.lastActiveAt().getEpochSecond())
        .put("memory_limit", MemorySize.name(c.memoryBytes()))
        .put("name", c.name());
    if (containers.isolates()) {
      node.putObject("network_policy").put("type", "disabled");
    } else {
      node.put("isolation", "none"); // so no policy holds
    }
    return node.put("image_digest", c.imageDigest());
  }
}
