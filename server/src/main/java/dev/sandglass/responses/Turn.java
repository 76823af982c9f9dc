package dev.sandglass.responses;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Trait;
import dev.sandglass.container.FileCard;
import dev.sandglass.model.Dialect;
import dev.sandglass.model.ModelSession;
import dev.sandglass.model.ModelStep.Usage;
import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.responses.ResponseObject.Failure;
import dev.sandglass.responses.ResponseObject.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One turn: everything is checked and looked up; {@link #run} does it, once, on the calling thread,
 * with {@link #stop} from any other. However it ends, the client gets a terminal event (or an
 * exception, if it doesn't stream), the container is let go, and the response is stored.
 */
public final class Turn implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

  private final TurnServices services;
  private final String project;
  private final ResponseRequest request;
  private final ModelSession model;
  private final TurnContext context;
  private final Workspace workspace;
  private final List<String> fileIds;
  private final ResponseObject object;
  private volatile @Nullable TurnStop stop;
  private volatile TurnStop.@Nullable Reason early;

  Turn(
      TurnServices services,
      String project,
      ResponseRequest request,
      ModelSession model,
      TurnContext context,
      Workspace workspace,
      List<String> fileIds,
      ResponseObject object) {
    this.services = services;
    this.project = project;
    this.request = request;
    this.model = model;
    this.context = context;
    this.workspace = workspace;
    this.fileIds = fileIds;
    this.object = object;
  }

  public String id() {
    return object.id();
  }

  /** What really answers, in the upstream's words. */
  public String modelName() {
    return model.modelName();
  }

  /** The client has gone: ends model and cell within seconds. Any thread, any time. */
  public void clientGone() {
    stop(TurnStop.Reason.CLIENT_GONE);
  }

  void shutDown() {
    stop(TurnStop.Reason.SHUTDOWN);
  }

  private void stop(TurnStop.Reason why) {
    early = why;
    TurnStop running = stop;
    if (running != null) {
      running.stop(why);
    }
  }

  /** Lets the container go, also if the turn was never run. Idempotent. */
  @Override
  public void close() {
    workspace.close();
    services.ended(this);
  }

  /**
   * Runs the turn.
   *
   * @return the response as the client sees it
   * @throws SandglassException if the turn fails and the request doesn't stream
   */
  public ObjectNode run(EventSink sink) {
    ResponseEvents events = new ResponseEvents(sink, request.obfuscation());
    OutputItems items =
        new OutputItems(
            events,
            request.include(),
            request.store() ? services.store().journal(object.id()) : Journal.NONE);
    try (workspace;
        TurnStop stopping = new TurnStop()) {
      stop = stopping;
      TurnStop.Reason before = early;
      if (before != null) {
        stopping.stop(before);
      }
      Future<?> timer =
          services
              .timer()
              .schedule(
                  () -> stopping.stop(TurnStop.Reason.TIME),
                  services.limits().maxTime().toMillis(),
                  TimeUnit.MILLISECONDS);
      try {
        return run(events, items, stopping);
      } catch (RuntimeException e) {
        if (request.stream()) {
          broken(events, items, e);
        }
        throw e;
      } finally {
        timer.cancel(false);
        services.ended(this);
      }
    }
  }

  private ObjectNode run(ResponseEvents events, OutputItems items, TurnStop stopping) {
    begin();
    ObjectNode started = shown(State.STARTED);
    events.response("response.created", started);
    events.response("response.in_progress", started);
    TurnLoop loop = null;
    State end;
    SandglassException failure = null;
    try {
      loop = new TurnLoop(parts(items), stopping);
      end = ended(loop.run(), items, loop.usage());
    } catch (InterruptedException e) {
      end = stopped(stopping, items, loop);
      failure = stopping.reason() == TurnStop.Reason.TIME ? null : gone(stopping);
    } catch (SandglassException e) {
      failure = e;
      end = failed(items, loop, e);
    } catch (RuntimeException e) {
      LOG.error("turn {} failed", object.id(), e);
      failure = new SandglassException(Kind.INTERNAL, FAILED.formatted(id()), e);
      end = failed(items, loop, failure);
    }
    stopping.close(); // nothing may interrupt the storing
    log(end);
    store(end);
    ObjectNode seen = shown(end);
    if (failure != null && !request.stream()) {
      throw failure;
    }
    events.response("response." + terminal(end.status()), seen);
    return seen;
  }

  /** What goes wrong outside of the turn's work, its storing for example, its client hears too. */
  private void broken(ResponseEvents events, OutputItems items, RuntimeException e) {
    LOG.error("the stream of turn {} broke off", object.id(), e);
    Failure failure = new Failure("server_error", FAILED.formatted(id()));
    events.error(failure);
    events.response(
        "response.failed",
        shown(new State(ResponseStatus.FAILED, items.done(), null, null, null, failure)));
  }

  private TurnLoop.Parts parts(OutputItems items) throws InterruptedException {
    List<String> cards = new ArrayList<>();
    if (request.tool() != null && (workspace.isOpen() || !fileIds.isEmpty() || hasInlineFiles())) {
      workspace.use().addFiles(fileIds, context.inlineFiles()).stream()
          .map(FileCard::text)
          .forEach(cards::add);
    }
    List<String> sources = new ArrayList<>(context.userTexts());
    sources.addAll(cards);
    List<TranscriptEntry> entries =
        context.entries(cards, image -> services.containers().imageUrl(project, image.fileId()));
    boolean unread =
        !cards.isEmpty()
            && entries.stream().noneMatch(TranscriptEntry.PythonCall.class::isInstance);
    boolean check = model.dialect() == Dialect.BLOCKS && request.mayRunCode();
    return new TurnLoop.Parts(
        request,
        model,
        LoopPolicy.of(request, model.dialect(), services.limits(), unread),
        services.limits(),
        new Transcript(entries, RepairPolicy.forgetsOldFailures(model.dialect())),
        items,
        workspace,
        new AnswerGate(check ? services.figures() : null, sources, check && wantsChart()),
        request.edition().has(Trait.CHANGED_FILES_CITED),
        services.shorten());
  }

  private boolean wantsChart() {
    List<String> texts = context.userTexts();
    return !texts.isEmpty() && ChartWish.isIn(texts.getLast());
  }

  private boolean hasInlineFiles() {
    return !context.inlineFiles().isEmpty();
  }

  private State ended(TurnLoop.End end, OutputItems items, Usage usage) {
    Instant completedAt = end.status() == ResponseStatus.COMPLETED ? services.now() : null;
    return new State(end.status(), items.done(), usage, completedAt, end.incompleteReason(), null);
  }

  /** Ends what was stopped from outside, or because its time is over. */
  private State stopped(TurnStop stopping, OutputItems items, @Nullable TurnLoop loop) {
    Thread.interrupted(); // what follows must not be interrupted again
    Usage usage = loop == null ? Usage.ZERO : loop.usage();
    if (stopping.reason() == TurnStop.Reason.TIME && loop != null) {
      return ended(loop.outOfTime(), items, usage);
    }
    items.abandon();
    return stopping.reason() == TurnStop.Reason.SHUTDOWN
        ? new State(
            ResponseStatus.FAILED,
            items.done(),
            null,
            null,
            null,
            new Failure("server_error", SHUTTING_DOWN))
        : new State(ResponseStatus.CANCELLED, items.done(), null, null, null, null);
  }

  private static final String FAILED = "Sandglass failed to answer; its log says why. (%s)";

  static final String SHUTTING_DOWN = "The server is stopping. Send the request again in a moment.";

  private static SandglassException gone(TurnStop stopping) {
    return stopping.reason() == TurnStop.Reason.SHUTDOWN
        ? new SandglassException(Kind.UNAVAILABLE, SHUTTING_DOWN)
        : new SandglassException(Kind.CONFLICT, "The client closed the connection.");
  }

  private State failed(OutputItems items, @Nullable TurnLoop loop, SandglassException e) {
    items.abandon();
    LOG.warn("turn {} failed: {}", object.id(), e.getMessage());
    String code = e.kind() == Kind.TOO_MANY ? "rate_limit_exceeded" : "server_error";
    return new State(
        ResponseStatus.FAILED,
        items.done(),
        loop == null ? null : loop.usage(),
        null,
        null,
        new Failure(code, String.valueOf(e.getMessage())));
  }

  private void log(State end) {
    Usage usage = end.usage();
    LOG.atInfo()
        .addKeyValue("response", id())
        .addKeyValue("project", project)
        .addKeyValue("status", end.status().wire())
        .addKeyValue("model", request.model())
        .addKeyValue("answered", model.modelName())
        .addKeyValue("container", workspace.id())
        .addKeyValue("items", end.output().size())
        .addKeyValue("tokens", usage == null ? 0 : usage.inputTokens() + usage.outputTokens())
        .addKeyValue("ms", services.clock().millis() - object.createdAt().toEpochMilli())
        .log("turn ended");
  }

  /** What has begun is stored before anybody hears of it. */
  private void begin() {
    if (request.store()) {
      services
          .store()
          .begin(
              project,
              new StoredResponse(
                  object.id(),
                  request.previousResponseId(),
                  workspace.id(),
                  object.createdAt(),
                  object.json(State.STARTED),
                  request.input().stream().map(InputItem::json).toList(),
                  List.of()));
    }
  }

  private void store(State end) {
    if (request.store()) {
      State withoutItems =
          new State(
              end.status(),
              List.of(),
              end.usage(),
              end.completedAt(),
              end.incompleteReason(),
              end.failure());
      services.store().end(object.id(), workspace.id(), object.json(withoutItems));
    }
  }

  /** The response as the client sees it. */
  private ObjectNode shown(State state) {
    ObjectNode json = object.json(visible(state));
    if (request.edition().has(Trait.GUIDE_MEMBERS)) {
      GuideMembers.add(json, state.output(), workspace.id());
    }
    return json;
  }

  private State visible(State end) {
    return new State(
        end.status(),
        end.output().stream().map(i -> ItemView.of(i, request.include())).toList(),
        end.usage(),
        end.completedAt(),
        end.incompleteReason(),
        end.failure());
  }

  private static String terminal(ResponseStatus status) {
    return switch (status) {
      case COMPLETED -> "completed";
      case INCOMPLETE -> "incomplete";
      case FAILED, CANCELLED, IN_PROGRESS -> "failed";
    };
  }
}
