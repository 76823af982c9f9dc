package dev.sandglass.responses;

import dev.sandglass.common.Json;
import dev.sandglass.container.CellOutcome;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.container.InterruptedCells;
import dev.sandglass.responses.ResponseStore.Unfinished;
import dev.sandglass.sandbox.CellOutput;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ends the responses of a server that was killed. Their turns aren't resumed: a response is stored
 * as failed, with all items so far. One whose cell still runs in its container stays in progress
 * until that cell has ended, and then has its whole output. Nothing is run again. Thread-safe.
 */
final class Interrupted implements InterruptedCells {

  static final String WHY =
      "The server was stopped while it worked on this response. What had been done by then is kept:"
          + " go on from it by previous_response_id.";

  private static final String NOT_KNOWN =
      "(The server was stopped while this code ran, or just before; its output is lost.)";

  private static final Logger LOG = LoggerFactory.getLogger(Interrupted.class);

  private final ResponseStore store;
  private final int maxImages;
  private final UnaryOperator<String> shorten;

  /** Responses whose cell still runs. */
  private final Map<String, CountDownLatch> goingOn = new ConcurrentHashMap<>();

  Interrupted(ResponseStore store, int maxImages, UnaryOperator<String> shorten) {
    this.store = store;
    this.maxImages = maxImages;
    this.shorten = shorten;
  }

  /**
   * Ends all responses that an earlier server has left in progress, except those that wait for one
   * of these cells.
   */
  void end(Set<String> cells) {
    for (Unfinished response : store.unfinished()) {
      String call = response.call() == null ? "" : id(response.call());
      if (!cells.contains(call)) {
        LOG.info("response {} was interrupted", response.id());
        end(response, null);
      }
    }
  }

  /** Waits for the end of a response whose cell still runs; returns at once for any other. */
  void await(String responseId, Duration limit) {
    CountDownLatch latch = goingOn.get(responseId);
    if (latch != null) {
      try {
        latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Cell cell(String cellId) {
    @Nullable Unfinished response = store.unfinishedWithCall(cellId).orElse(null);
    if (response != null) {
      goingOn.put(response.id(), new CountDownLatch(1));
    }
    OutputAssembler out = new OutputAssembler((stream, text) -> {}, maxImages);
    return new Cell() {
      @Override
      public void onOutput(CellOutput output) {
        out.onOutput(output);
      }

      @Override
      public void ended(CellOutcome outcome, Function<byte[], ContainerFile> images) {
        if (response == null) {
          return; // of a response that isn't stored, or already has it
        }
        try {
          LOG.info("response {} was interrupted; its cell has ended", response.id());
          end(response, CellRecord.of(out, outcome, images, shorten));
        } finally {
          CountDownLatch latch = goingOn.remove(response.id());
          if (latch != null) {
            latch.countDown();
          }
        }
      }
    };
  }

  private void end(Unfinished response, @Nullable CellRecord record) {
    ObjectNode call = response.call();
    if (call != null) {
      call = call.deepCopy();
      lost(record).keepIn(call);
    }
    store.endInterrupted(response, failed(response.json()), call);
  }

  private static CellRecord lost(@Nullable CellRecord record) {
    return record != null
        ? record
        : new CellRecord(
            CallItem.End.INCOMPLETE,
            java.util.List.of(OutputAssembler.logs(NOT_KNOWN)),
            NOT_KNOWN,
            CallReport.failed(NOT_KNOWN));
  }

  private static ObjectNode failed(ObjectNode started) {
    ObjectNode json = started.deepCopy();
    json.put("status", ResponseStatus.FAILED.wire());
    json.put("service_tier", "default");
    ObjectNode error = Json.MAPPER.createObjectNode();
    json.set("error", error.put("code", "server_error").put("message", WHY));
    return json;
  }

  private static String id(ObjectNode item) {
    return item.path("id").asString("");
  }
}
