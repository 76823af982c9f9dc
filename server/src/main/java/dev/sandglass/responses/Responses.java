package dev.sandglass.responses;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Ids;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.common.Text;
import dev.sandglass.config.Edition;
import dev.sandglass.config.Trait;
import dev.sandglass.container.InterruptedCells;
import dev.sandglass.model.ModelSession;
import dev.sandglass.model.Models;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Responses: begun, kept, given out again. Thread-safe. */
public final class Responses implements AutoCloseable {

  private final Models models;
  private final TurnServices services;
  private final Interrupted interrupted;
  private final ContextLoader contexts;
  private final ContainerChoice choice;
  private final Set<Turn> running = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor timer = newTimer();
  private volatile boolean closing;

  /**
   * The service.
   *
   * @param figures finds the numbers of an answer that stand nowhere
   * @param shorten cuts a cell's output to what a model is shown
   */
  public Responses(
      ResponseStore store,
      Models models,
      TurnContainers containers,
      TurnLimits limits,
      Figures figures,
      UnaryOperator<String> shorten,
      Clock clock) {
    this.models = models;
    this.services =
        new TurnServices(
            store, containers, limits, figures, shorten, timer, clock, running::remove);
    this.interrupted = new Interrupted(store, limits.maxImages(), shorten);
    this.contexts = new ContextLoader(store, interrupted, limits.maxChain(), limits.maxTime());
    this.choice = new ContainerChoice(containers);
  }

  private static ScheduledThreadPoolExecutor newTimer() {
    // What comes after the shutdown belongs to a turn that is being stopped anyway.
    var timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("turn-timer").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true); // or every turn would be held until its time is over
    return timer;
  }

  /** Hears how the cells end that a server's death has interrupted. */
  public InterruptedCells interruptedCells() {
    return interrupted;
  }

  /**
   * Ends the responses that an earlier server has left in progress. To be called once, before any
   * turn begins.
   *
   * @param cells those whose ends {@link #interruptedCells} will hear; their responses wait for it
   */
  public void endInterrupted(Set<String> cells) {
    interrupted.end(cells);
  }

  /**
   * Throws 400 {@code model_not_found} if nothing answers for this name; the first of all checks
   * (openai-api.md 4.9).
   */
  public void checkModel(String name) {
    models.forName(name);
  }

  /**
   * Looks up whatever a request refers to. After this only the turn itself can fail, so a stream
   * may begin. The turn must be closed, or the container stays held.
   *
   * @param key the API key that asks, to be billed; null where none is needed
   * @throws SandglassException for whatever doesn't exist
   */
  public Turn prepare(String project, @Nullable String key, ResponseRequest request) {
    ModelSession model = models.forName(request.model());
    TurnContext context = contexts.load(project, request);
    if (request.input().isEmpty() && request.previousResponseId() == null) {
      throw ApiException.invalid(
          "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be"
              + " provided.",
          "missing_required_parameter",
          null);
    }
    if (request.tool() instanceof CodeInterpreter.Auto auto) {
      choice.checkFiles(project, auto.fileIds());
    }
    choice.checkFiles(project, context.inputFiles());
    if (closing) {
      throw new SandglassException(Kind.UNAVAILABLE, Turn.SHUTTING_DOWN);
    }
    Workspace workspace = choice.open(project, key, request, context);
    List<String> files =
        choice.files(project, request.tool(), context, /* isNew= */ !workspace.isOpen());
    if (request.tool() instanceof CodeInterpreter.Auto
        && !request.edition().has(Trait.LAZY_CONTAINERS)) {
      workspace.idForCode();
    }
    Turn turn =
        new Turn(
            services,
            project,
            request,
            model,
            context,
            workspace,
            files,
            new ResponseObject(Ids.response(), services.now(), request));
    running.add(turn);
    return turn;
  }

  /** A stored response. */
  public ObjectNode get(String project, String id, Set<Include> include, Edition edition) {
    StoredResponse stored = require(project, id);
    ObjectNode json = stored.json().deepCopy();
    var output = json.putArray("output");
    stored.output().forEach(i -> output.add(ItemView.of(i, include)));
    if (edition.has(Trait.GUIDE_MEMBERS)) {
      GuideMembers.add(json, stored.output(), stored.containerId());
    }
    return json;
  }

  /** Tells a response that has ended as events: its items whole, without their growing. */
  public static void replay(ObjectNode response, EventSink sink) {
    ResponseEvents events = new ResponseEvents(sink, false);
    ObjectNode started = response.deepCopy();
    started.put("status", ResponseStatus.IN_PROGRESS.wire());
    started.putArray("output");
    started.putNull("error");
    started.putNull("usage");
    events.response("response.created", started);
    events.response("response.in_progress", started);
    int index = 0;
    for (JsonNode item : response.path("output")) {
      ObjectNode whole = (ObjectNode) item;
      events.item("response.output_item.added", index, whole);
      events.item("response.output_item.done", index, whole);
      index++;
    }
    String status = response.path("status").asString("");
    boolean ended = status.equals("completed") || status.equals("incomplete");
    events.response("response." + (ended ? status : "failed"), response);
  }

  /** Forgets a response; later ones that follow it start there anew. */
  public void delete(String project, String id) {
    if (!services.store().delete(project, id)) {
      throw notFound(id);
    }
  }

  /** The items of a response's input: its own request's and, before them, the chain's. */
  public Page<ObjectNode> inputItems(
      String project, String id, PageRequest page, Set<Include> include) {
    StoredResponse stored = require(project, id);
    return InputListing.page(contexts.inputOf(project, stored), page, include);
  }

  private StoredResponse require(String project, String id) {
    return services.store().find(project, id).orElseThrow(() -> notFound(id));
  }

  private static SandglassException notFound(String id) {
    return ApiException.notFound("Response with id '" + Text.shown(id) + "' not found.", null);
  }

  /** Ends all turns, each with a terminal event, and takes no more. */
  @Override
  public void close() {
    closing = true;
    running.forEach(Turn::shutDown);
    timer.shutdown();
  }
}
