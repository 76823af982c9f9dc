package dev.sandglass.model.local;

import java.util.List;

/**
 * A model that Sandglass can fetch by itself.
 *
 * @param name the name it is installed, listed and asked for by
 * @param file its file name in the cache
 * @param bytes the exact size of the weights
 * @param sha256 the sum its makers publish; the only thing that makes a file this model
 * @param licence SPDX identifier
 * @param origin the makers' own repository, for people who want to compare
 * @param sources where the bytes can be had, tried in order
 */
public record CatalogueModel(
    String name,
    String file,
    long bytes,
    String sha256,
    String licence,
    String origin,
    List<ModelSource> sources) {
  public CatalogueModel {
    sources = List.copyOf(sources);
  }
}
