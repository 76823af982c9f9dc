package dev.sandglass.model;

import java.net.http.HttpClient;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One upstream at work: its client, its list of models, what was found out of each. Thread-safe.
 */
final class UpstreamModels {

  private final Upstream upstream;
  private final @Nullable String model;
  private final ChatClient client;
  private final ModelList list;
  private final ConcurrentHashMap<String, Dialect> probed = new ConcurrentHashMap<>();

  /**
   * An upstream, not contacted yet.
   *
   * @param model the model asked for there; null for the requested one if it is listed, else the
   *     first that is
   */
  UpstreamModels(Upstream upstream, @Nullable String model) {
    this.upstream = upstream;
    this.model = model;
    HttpClient http = ChatClient.http(upstream);
    this.client = new ChatClient(upstream, http, Thread::sleep, Clock.systemUTC());
    this.list = new ModelList(upstream, http, Clock.systemUTC());
  }

  List<Models.Available> available() throws InterruptedException {
    List<Models.Available> listed = list.get();
    String named = model;
    return named != null && listed.isEmpty()
        ? List.of(new Models.Available(named, 0, upstream.name()))
        : listed;
  }

  /** The upstream's own name for what was asked for. */
  String nameFor(String requested) throws InterruptedException {
    if (model != null) {
      return model;
    }
    List<Models.Available> listed = list.get();
    boolean there = listed.isEmpty() || listed.stream().anyMatch(m -> m.id().equals(requested));
    return there ? requested : listed.getFirst().id();
  }

  boolean lists(String requested) throws InterruptedException {
    return requested.equals(model) || list.get().stream().anyMatch(m -> m.id().equals(requested));
  }

  ModelSession session(String requested) throws InterruptedException {
    String name = nameFor(requested);
    Dialect dialect = upstream.dialect();
    if (dialect == null) {
      dialect = probed.get(name);
      if (dialect == null) {
        dialect = DialectProbe.probe(client, upstream, name);
        probed.put(name, dialect);
      }
    }
    return switch (dialect) {
      case TOOLS -> new ToolsSession(client, upstream, name);
      case BLOCKS -> new BlocksSession(client, upstream, name);
    };
  }
}
