package dev.sandglass.model.local;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Sandglass knows how to fetch for a local model: the weights, and the source of the server
 * that runs them.
 *
 * @param models the first one is the default
 */
public record ModelCatalogue(List<CatalogueModel> models, SourceArchive llamaServer) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public ModelCatalogue {
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("the catalogue has no model");
    }
  }

  /** The catalogue that ships with Sandglass. */
  public static ModelCatalogue bundled() {
    try (InputStream json = ModelCatalogue.class.getResourceAsStream("catalogue.json")) {
      return JSON.readValue(
          Objects.requireNonNull(json, "catalogue.json is missing"), ModelCatalogue.class);
    } catch (IOException e) {
      throw new LocalModelException("the model catalogue cannot be read: " + e.getMessage(), e);
    }
  }

  public CatalogueModel defaultModel() {
    return models.getFirst();
  }

  public Optional<CatalogueModel> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }
}
