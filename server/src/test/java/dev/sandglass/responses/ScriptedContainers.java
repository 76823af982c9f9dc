package dev.sandglass.responses;

import dev.sandglass.common.Ids;
import dev.sandglass.config.Edition;
import dev.sandglass.container.CellOutcome;
import dev.sandglass.container.Container;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.container.ContainerUse;
import dev.sandglass.container.CreateContainer;
import dev.sandglass.container.FileCard;
import dev.sandglass.container.InlineFile;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Containers whose cells play what a test wrote for their code; for the loop's own tests. */
final class ScriptedContainers implements TurnContainers {

  interface Cell {
    CellResult.Status run(Desk desk) throws InterruptedException;
  }

  /** What a cell can do. */
  final class Desk {
    private final CellListener listener;
    private final List<ContainerFile> changed = new ArrayList<>();
    private final String container;

    private Desk(CellListener listener, String container) {
      this.listener = listener;
      this.container = container;
    }

    void print(String text) {
      listener.onOutput(new CellOutput.Stream(CellOutput.Stream.Name.STDOUT, text));
    }

    void figure(byte[] png) {
      listener.onOutput(
          new CellOutput.Display(
              CellOutput.Display.Kind.FIGURE, List.of(new CellOutput.Part("image/png", png))));
    }

    void raise(String name, String value) {
      listener.onOutput(
          new CellOutput.Error(
              name,
              value,
              "Traceback (most recent call last):\n" + name + ": " + value,
              name + ": " + value));
    }

    void write(String path) {
      changed.add(file(container, path));
    }
  }

  final List<String> ran = new ArrayList<>();
  final Set<String> dead = new HashSet<>();
  final List<String> created = new ArrayList<>();
  final List<String> copied = new ArrayList<>();
  final Set<String> files = new HashSet<>();
  final List<FileCard> cards = new ArrayList<>();
  int open;
  private final Map<String, Cell> cells = new HashMap<>();
  private final Map<String, ContainerFile> byPath = new HashMap<>();

  ScriptedContainers cell(String code, Cell cell) {
    cells.put(code, cell);
    return this;
  }

  ContainerFile file(String container, String path) {
    return byPath.computeIfAbsent(
        container + path,
        key ->
            new ContainerFile(
                Ids.containerFile(),
                container,
                path,
                1,
                ContainerFile.Source.ASSISTANT,
                Instant.EPOCH,
                null,
                null,
                null));
  }

  @Override
  public boolean isAlive(String project, String id) {
    return created.contains(id) && !dead.contains(id);
  }

  @Override
  public void admit(@Nullable Long memoryBytes, String param) {}

  @Override
  public String create(String project, CreateContainer request) {
    String id = Ids.container();
    created.add(id);
    return id;
  }

  @Override
  public ContainerUse use(String project, String id) {
    open++;
    return new Use(id);
  }

  @Override
  public boolean fileExists(String project, String fileId) {
    return files.contains(fileId);
  }

  @Override
  public Optional<String> imageUrl(String project, String fileId) {
    return Optional.empty();
  }

  private final class Use implements ContainerUse {
    private final String id;
    private final Map<String, ContainerFile> changed = new LinkedHashMap<>();

    private Use(String id) {
      this.id = id;
    }

    @Override
    public Container container() {
      return new Container(
          id,
          "p",
          null,
          "",
          Instant.EPOCH,
          Instant.EPOCH,
          Duration.ofMinutes(20),
          1,
          true,
          Edition.GUIDE,
          "",
          null);
    }

    @Override
    public List<FileCard> addFiles(List<String> fileIds, List<InlineFile> inline) {
      copied.addAll(fileIds);
      inline.forEach(f -> copied.add(f.filename()));
      return List.copyOf(cards);
    }

    @Override
    public void prepare() {}

    @Override
    public CellOutcome run(String cellId, String code, CellListener listener)
        throws InterruptedException {
      ran.add(code);
      Desk desk = new Desk(listener, id);
      Cell cell = cells.get(code);
      if (cell == null) {
        throw new AssertionError("no cell is written for: " + code);
      }
      CellResult.Status status = cell.run(desk);
      desk.changed.forEach(f -> changed.put(f.path(), f));
      CellResult result =
          new CellResult(status, null, 1, Duration.ofSeconds(60), 0, 0, null, false, null, null);
      return new CellOutcome(result, desk.changed, List.of(), List.of());
    }

    @Override
    public void acknowledge(String cellId) {}

    @Override
    public ContainerFile registerImage(byte[] png) {
      return file(id, "/images/" + png.length);
    }

    @Override
    public List<ContainerFile> filesChanged() {
      return List.copyOf(changed.values());
    }

    @Override
    public Optional<ContainerFile> fileAt(String path) {
      return Optional.ofNullable(byPath.get(id + path));
    }

    @Override
    public void close() {
      open--;
    }
  }
}
