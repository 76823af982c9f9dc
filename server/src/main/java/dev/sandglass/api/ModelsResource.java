package dev.sandglass.api;

import dev.sandglass.common.Json;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.Text;
import dev.sandglass.model.Models;
import dev.sandglass.store.Page;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/models} (openai-api.md 10): the models that really answer. */
public final class ModelsResource implements Resource {

  private final Models models;

  public ModelsResource(Models models) {
    this.models = models;
  }

  @Override
  public void routes(Router r) {
    r.get("/v1/models", this::list);
    // Names of other servers' models have slashes in them.
    r.get("/v1/models/<id>", this::retrieve);
  }

  private void list(Exchange x) {
    ObjectNode root = Paging.envelope(new Page<>(models.available(), false), ModelsResource::wire);
    root.remove(java.util.List.of("first_id", "last_id", "has_more"));
    x.json(root);
  }

  private void retrieve(Exchange x) {
    String id = x.path("id");
    x.json(
        models.available().stream()
            .filter(m -> m.id().equals(id))
            .findFirst()
            .map(ModelsResource::wire)
            .orElseThrow(() ->
                new SandglassException(
                    SandglassException.Kind.NOT_FOUND,
                    "The model '" + Text.shown(id) + "' does not exist.",
                    "model_not_found",
                    "model",
                    null)));
  }

  private static ObjectNode wire(Models.Available m) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", m.id())
        .put("object", "model")
        .put("created", m.created())
        .put("owned_by", m.ownedBy());
  }
}
