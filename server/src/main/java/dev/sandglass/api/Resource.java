package dev.sandglass.api;

/** One resource of the API: its routes, and what they do. */
public interface Resource {

  void routes(Router router);
}
