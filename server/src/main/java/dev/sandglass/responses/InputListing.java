package dev.sandglass.responses;

import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** Pages through the input items of a response. Pure. */
final class InputListing {

  private InputListing() {}

  /** {@code items} oldest first; an {@code after} that isn't there gives an empty page. */
  static Page<ObjectNode> page(List<ObjectNode> items, PageRequest page, Set<Include> include) {
    List<ObjectNode> ordered = page.descending() ? items.reversed() : items;
    int from = 0;
    String after = page.after();
    if (after != null) {
      from =
          IntStream.range(0, ordered.size())
                  .filter(i -> ordered.get(i).path("id").asString("").equals(after))
                  .findFirst()
                  .orElse(ordered.size())
              + 1;
    }
    int start = Math.min(from, ordered.size());
    int end = Math.min(start + page.limit(), ordered.size());
    return new Page<>(
        ordered.subList(start, end).stream().map(i -> ItemView.of(i, include)).toList(),
        end < ordered.size());
  }
}
