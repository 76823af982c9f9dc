package dev.sandglass.model;

import java.util.List;

/** The models that requests may name, and which upstream answers for each. Thread-safe. */
public interface Models {

  /**
   * The model for a requested name. By default every name goes to the default upstream.
   *
   * @throws dev.sandglass.common.SandglassException 400 {@code model_not_found} with {@code
   *     models.strict} and an unknown name
   */
  ModelSession forName(String requested);

  /** The real ones, for {@code GET /v1/models}. */
  List<Available> available();

  /** A model as {@code GET /v1/models} shows it; {@code created} in Unix seconds. */
  record Available(String id, long created, String ownedBy) {}
}
