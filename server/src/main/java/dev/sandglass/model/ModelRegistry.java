package dev.sandglass.model;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.common.Text;
import dev.sandglass.config.Config;
import dev.sandglass.config.Config.DialectChoice;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The configured upstreams, the local model among them, and the routes to them. Nothing is
 * contacted before it is needed. Thread-safe.
 */
public final class ModelRegistry implements Models {

  /** The name by which routes call the local model. */
  public static final String LOCAL = "local";

  private final Map<String, UpstreamModels> upstreams;
  private final @Nullable String defaultUpstream;
  private final Routes routes;
  private final boolean strict;

  private ModelRegistry(
      Map<String, UpstreamModels> upstreams,
      @Nullable String defaultUpstream,
      Routes routes,
      boolean strict) {
    this.upstreams = upstreams;
    this.defaultUpstream = defaultUpstream;
    this.routes = routes;
    this.strict = strict;
  }

  /**
   * The registry that the configuration describes.
   *
   * @param local the local model, or null if there is none
   * @param localKey the key that it wants, if any
   * @param environment where {@code key-env} is looked up; null for what isn't set
   */
  public static ModelRegistry of(
      Config.Models config,
      @Nullable Endpoint local,
      @Nullable String localKey,
      UnaryOperator<@Nullable String> environment) {
    Map<String, UpstreamModels> upstreams = new LinkedHashMap<>();
    config
        .upstreams()
        .forEach((name, c) ->
            upstreams.put(name, new UpstreamModels(upstream(name, c, environment), c.model())));
    if (local != null) {
      upstreams.put(LOCAL, new UpstreamModels(local(local, localKey, config.local()), null));
    }
    String chosen = config.defaultUpstream();
    if (chosen == null && !upstreams.isEmpty()) {
      chosen = upstreams.keySet().iterator().next();
    }
    check("models.default", chosen, upstreams);
    config.routes().forEach((pattern, to) -> check("models.routes." + pattern, to, upstreams));
    return new ModelRegistry(upstreams, chosen, new Routes(config.routes()), config.strict());
  }

  private static void check(String setting, @Nullable String name, Map<String, ?> upstreams) {
    if (name != null && !upstreams.containsKey(name)) {
      throw new SandglassException(
          Kind.INVALID,
          "%s names the upstream '%s', but there are only: %s."
              .formatted(setting, name, String.join(", ", upstreams.keySet())));
    }
  }

  private static Upstream upstream(
      String name, Config.Upstream c, UnaryOperator<@Nullable String> environment) {
    String key = c.key();
    if (key == null && c.keyEnv() != null) {
      key = environment.apply(c.keyEnv()); // null is no fault: many endpoints want none
    }
    return new Upstream(
        name,
        Endpoint.at(URI.create(c.url())),
        key == null || key.isBlank() ? null : key.strip(),
        dialect(c.dialect()),
        c.vision(),
        c.runFenced(),
        c.prefill(),
        c.contextTokens(),
        null,
        new UpstreamLimits(
            c.connectTimeout(),
            c.firstTimeout(),
            c.idleTimeout(),
            c.totalTimeout(),
            c.attempts(),
            Math.toIntExact(c.maxLine().bytes()),
            c.maxResponse().bytes()));
  }

  private static @Nullable Dialect dialect(DialectChoice choice) {
    return switch (choice) {
      case AUTO -> null;
      case TOOLS -> Dialect.TOOLS;
      case BLOCKS -> Dialect.BLOCKS;
    };
  }

  private static Upstream local(Endpoint endpoint, @Nullable String key, Config.Local config) {
    return new Upstream(
        LOCAL,
        endpoint,
        key,
        Dialect.BLOCKS,
        false,
        true,
        true,
        config.context(),
        0.0,
        UpstreamLimits.DEFAULT);
  }

  @Override
  public ModelSession forName(String requested) {
    try {
      String route = routes.upstreamFor(requested).orElse(null);
      String name = route == null ? owner(requested) : route;
      if (name == null && strict) {
        throw new SandglassException(
            Kind.INVALID,
            "The model '%s' does not exist or you do not have access to it."
                .formatted(Text.shown(requested)),
            "model_not_found",
            "model",
            null);
      }
      UpstreamModels upstream =
          upstreams.get(name == null ? String.valueOf(defaultUpstream) : name);
      if (upstream == null) {
        throw new SandglassException(
            Kind.UNAVAILABLE,
            "There is no model: neither an upstream is configured (models.upstreams) nor is the"
                + " local model started (models.local.enabled).");
      }
      return upstream.session(requested);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UpstreamException(
          Kind.UNAVAILABLE, "Interrupted while the model was being found.", true, e);
    }
  }

  /** The upstream that has this very model; the default one first. */
  private @Nullable String owner(String requested) throws InterruptedException {
    if (upstreams.containsKey(requested)) {
      return requested;
    }
    if (!strict && upstreams.size() <= 1) {
      return null; // there is no choice, so it need not be asked
    }
    if (defaultUpstream != null
        && upstreams.get(defaultUpstream) instanceof UpstreamModels first
        && first.lists(requested)) {
      return defaultUpstream;
    }
    for (Map.Entry<String, UpstreamModels> upstream : upstreams.entrySet()) {
      if (upstream.getValue().lists(requested)) {
        return upstream.getKey();
      }
    }
    return null;
  }

  @Override
  public List<Available> available() {
    List<Available> all = new ArrayList<>();
    try {
      for (UpstreamModels upstream : upstreams.values()) {
        all.addAll(upstream.available());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.copyOf(all);
  }
}
