package dev.sandglass.api;

import dev.sandglass.common.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: it can serve; 503 and the reason if not;
 * and by which means.
 */
public final class HealthResource implements Resource {

  private final Map<String, Supplier<String>> checks;
  private final Map<String, Supplier<String>> facts;

  /**
   * @param checks by name; each says {@code ok} or what is missing
   * @param facts by name; what there is, good or not
   */
  public HealthResource(Map<String, Supplier<String>> checks, Map<String, Supplier<String>> facts) {
    this.checks = new LinkedHashMap<>(checks);
    this.facts = new LinkedHashMap<>(facts);
  }

  @Override
  public void routes(Router r) {
    r.get("/healthz", x -> x.json(Json.MAPPER.createObjectNode().put("status", "ok")));
    r.get("/readyz", this::ready);
  }

  private void ready(Exchange x) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    ObjectNode each = Json.MAPPER.createObjectNode();
    boolean ready = true;
    for (Map.Entry<String, Supplier<String>> check : checks.entrySet()) {
      String says = check.getValue().get();
      each.put(check.getKey(), says);
      ready &= says.equals("ok");
    }
    root.put("status", ready ? "ok" : "not ready").set("checks", each);
    ObjectNode told = root.putObject("facts");
    facts.forEach((name, fact) -> told.put(name, fact.get()));
    x.status(ready ? 200 : 503);
    x.json(root);
  }
}
