package dev.sandglass.model;

/**
 * Takes away the beginning of an answer that was given to the model and comes back with what it has
 * continued: some servers send both, some only the continuation. Not thread-safe.
 */
final class Echo {

  private final String given;
  private final StringBuilder held = new StringBuilder();
  private boolean over;

  Echo(String given) {
    this.given = given;
    this.over = given.isEmpty();
  }

  /** What of the stream is new so far; may hold back what could still be the beginning. */
  String pass(String delta) {
    if (over) {
      return delta;
    }
    held.append(delta);
    String all = held.toString();
    if (given.startsWith(all) && all.length() < given.length()) {
      return "";
    }
    over = true;
    return all.startsWith(given) ? all.substring(given.length()) : all;
  }
}
