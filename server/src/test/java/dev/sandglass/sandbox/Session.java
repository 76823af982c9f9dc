package dev.sandglass.sandbox;

import dev.sandglass.sandbox.CellOutput.Stream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A container of a test's, and what one cell after the other gave out in it. */
record Session(SandboxContainer container) implements AutoCloseable {

  private static final AtomicInteger CELLS = new AtomicInteger();

  /** A cell's outputs and its end. */
  record Ran(List<CellOutput> outputs, CellResult result) {

    String stdout() {
      return text(Stream.Name.STDOUT);
    }

    String stderr() {
      return text(Stream.Name.STDERR);
    }

    private String text(Stream.Name name) {
      return outputs.stream()
          .flatMap(o -> o instanceof Stream s && s.name() == name ? List.of(s).stream() : null)
          .map(Stream::text)
          .collect(Collectors.joining());
    }

    <T> List<T> of(Class<T> type) {
      return outputs.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  static CellRequest request(String code) {
    return request(code, Duration.ofSeconds(60));
  }

  static CellRequest request(String code, Duration timeout) {
    return request(code, timeout, 0);
  }

  static CellRequest request(String code, Duration timeout, int files) {
    return new CellRequest(
        "cell-" + CELLS.incrementAndGet(),
        code,
        timeout,
        Duration.ofSeconds(1),
        10_000,
        1 << 20,
        files);
  }

  Ran run(String code) throws InterruptedException {
    return run(request(code));
  }

  Ran run(CellRequest request) throws InterruptedException {
    List<CellOutput> outputs = new CopyOnWriteArrayList<>();
    CellResult result = container.execute(request, outputs::add);
    container.acknowledge(request.id());
    return new Ran(List.copyOf(outputs), result);
  }

  /** What the cell printed. */
  String print(String code) throws InterruptedException {
    return run(code).stdout();
  }

  @Override
  public void close() {
    container.close();
  }
}
