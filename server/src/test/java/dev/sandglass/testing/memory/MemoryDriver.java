package dev.sandglass.testing.memory;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Containers as objects of this process: files are bytes, code is {@link TinyPython}. Keeps the
 * part of the contract that needs no operating system ({@code DriverContract}). Thread-safe.
 */
public final class MemoryDriver implements SandboxDriver {

  private final Map<String, MemoryContainer> living = new ConcurrentHashMap<>();
  private volatile boolean failing;
  private volatile Runnable afterCell = () -> {};

  /** From now on every container fails to be made, or none. */
  public void failing(boolean now) {
    failing = now;
  }

  /** What happens between the end of each cell and the moment when anybody hears of it. */
  public void afterCell(Runnable then) {
    afterCell = then;
  }

  /** The ids of the containers that have not ended. */
  public List<String> living() {
    return living.keySet().stream().sorted().toList();
  }

  /** Ends one's process, as a crash would. */
  public void end(String id) {
    Objects.requireNonNull(living.get(id)).close();
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String imageDigest() {
    return "sha256:memory";
  }

  @Override
  public String version() {
    return name();
  }

  @Override
  public void warm(String project) {}

  @Override
  public SandboxContainer create(ContainerSpec spec) {
    if (failing) {
      throw new SandboxException(SandboxException.Reason.INTERNAL, "no more containers today");
    }
    MemoryContainer made =
        new MemoryContainer(spec.id(), () -> living.remove(spec.id()), () -> afterCell.run());
    if (living.putIfAbsent(spec.id(), made) != null) {
      throw new SandboxException(
          SandboxException.Reason.EXISTS, "there is a container " + spec.id() + " already");
    }
    return made;
  }

  @Override
  public List<SandboxContainer> found() {
    return List.of();
  }

  /** They are this process's objects: letting go of them is their end. */
  @Override
  public void detach() {
    close();
  }

  @Override
  public boolean ready() {
    return true;
  }

  @Override
  public void close() {
    living.values().forEach(SandboxContainer::close);
  }
}
