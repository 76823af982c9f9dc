package dev.sandglass.container;

import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over the containers of a server that was killed: what the database knows and what runs are
 * brought together. A container that both have goes on, with its variables; its interrupted cells
 * come to their end before any other cell gets in, and their files are registered. What runs and
 * isn't known is ended.
 */
final class TakeOver {

  private static final Logger log = LoggerFactory.getLogger(TakeOver.class);

  private final ContainerService service;
  private final InterruptedCells cells;

  TakeOver(ContainerService service, InterruptedCells cells) {
    this.service = service;
    this.cells = cells;
  }

  /**
   * Takes over what is found.
   *
   * @return the interrupted cells whose ends will be told
   */
  Set<String> run(List<SandboxContainer> found) throws InterruptedException {
    Map<String, Container> known =
        service.repository().living().stream().collect(Collectors.toMap(Container::id, c -> c));
    Set<String> goingOn = new HashSet<>();
    for (SandboxContainer sandbox : found) {
      Container c = known.get(sandbox.id());
      if (c == null || !sandbox.alive()) {
        log.info("container {} is ended: nobody knows it any more", sandbox.id());
        sandbox.close();
        continue;
      }
      LiveContainer taken = service.live(c);
      taken.takeOver(sandbox, service.repository().versions(c.id()));
      goingOn.addAll(sandbox.kept());
      if (!sandbox.kept().isEmpty()) {
        finish(c, taken, sandbox);
      }
    }
    return goingOn;
  }

  /** Holds the container from now on, and lets its cells end on a thread of their own. */
  private void finish(Container c, LiveContainer taken, SandboxContainer sandbox)
      throws InterruptedException {
    taken.beginUse();
    CellQueue.Place place = taken.queue.enter(Duration.ZERO);
    Map<String, InterruptedCells.Cell> told = new LinkedHashMap<>();
    sandbox.kept().forEach(id -> told.put(id, cells.cell(id)));
    Thread.ofVirtual()
        .name("interrupted-" + c.id())
        .start(() -> {
          try (place) {
            for (Map.Entry<String, InterruptedCells.Cell> cell : told.entrySet()) {
              log.info("container {}: cell {} goes on", c.id(), cell.getKey());
              finish(c, taken, sandbox, cell.getKey(), cell.getValue());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            log.warn("container {}: an interrupted cell's end", c.id(), e);
          } finally {
            taken.endUse();
            service.repository().touch(c.id(), service.clock().instant());
          }
        });
  }

  private void finish(
      Container c,
      LiveContainer taken,
      SandboxContainer sandbox,
      String id,
      InterruptedCells.Cell cell)
      throws InterruptedException {
    CellResult result;
    try {
      result = sandbox.rejoin(service.request(id, ""), cell);
    } catch (SandboxException e) {
      result = Containers.died(c.id(), e);
    }
    FileRegistrar.Changes changes =
        sandbox.alive()
            ? service.registrar().register(taken, sandbox, /* before= */ 0, /* told= */ null)
            : new FileRegistrar.Changes(List.of(), List.of(), List.of());
    Function<byte[], ContainerFile> images =
        png -> service.workspace().addDisplayedImage(c.id(), png);
    cell.ended(
        new CellOutcome(result, changes.changed(), changes.deletedPaths(), changes.notes()),
        images);
    sandbox.acknowledge(id);
  }
}
