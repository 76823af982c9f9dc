package dev.sandglass.model;

/** How a model is asked for code and gives it. */
public enum Dialect {
  /** Native function calling with one function named {@code python}. */
  TOOLS,
  /** A fenced block in the text; for small models. */
  BLOCKS
}
