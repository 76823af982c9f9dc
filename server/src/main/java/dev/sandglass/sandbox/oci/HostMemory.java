package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.oci.Shortage.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's memory, looked at once in a while beside all requests: whether there is enough for
 * another container, and for kernels' backups. Thread-safe.
 */
public final class HostMemory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HostMemory.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path PRESSURE = Path.of("/proc/pressure/memory");

  private final long free;
  private final Supplier<Reading> reader;
  private final Duration period;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("host-memory").factory());
  private final Promised promised = new Promised();
  private volatile Shortage last; // written by who looks, read by requests

  /** What a container takes that is forked from a zygote, before it has run anything; bytes. */
  static final long FORKED = 32L << 20;

  /** Memory that a container takes while it is made, until a look at the host has seen it. */
  @FunctionalInterface
  interface Promise extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * By another reader.
   *
   * @param free bytes that shall stay available; 0: containers are made whatever there is
   * @param period how often it is looked at
   */
  HostMemory(long free, Supplier<Reading> reader, Duration period) {
    this.free = free;
    this.reader = reader;
    this.period = period;
    this.last = Shortage.NONE.after(reader.get(), free);
  }

  /** This host's. */
  public static HostMemory ofThisHost(long free) {
    return new HostMemory(free, () -> Reading.of(text(MEMINFO), text(PRESSURE)), PERIOD);
  }

  /** One that is always enough. */
  public static HostMemory enough() {
    return new HostMemory(0, () -> Reading.UNKNOWN, Duration.ofDays(1));
  }

  /** Empty if the host has no such file, or has it switched off. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  /** Begins to look; {@code told} hears each time whether the host is short. */
  void watch(Consumer<Boolean> told) {
    long millis = period.toMillis();
    looking.scheduleWithFixedDelay(() -> look(told), millis, millis, TimeUnit.MILLISECONDS);
  }

  private void look(Consumer<Boolean> told) {
    try {
      Shortage before = last;
      long seen = promised.kept();
      Shortage now = before.after(reader.get(), free);
      last = now;
      promised.forget(seen);
      if (now.is() != before.is()) {
        LOG.warn(now.is() ? "{}" : "the host has memory again: {}", says(now));
      }
      told.accept(now.is());
    } catch (RuntimeException e) {
      LOG.warn("looking at the host's memory", e);
    }
  }

  boolean isShort() {
    return last.is();
  }

  /** The most that all of a container may take here. */
  long most() {
    return last.now().total() == Long.MAX_VALUE ? Long.MAX_VALUE : last.now().total() - free;
  }

  /** Refuses another container while the host is short. */
  void admit() {
    Shortage now = last;
    if (now.is()) {
      throw new SandboxException(
          Reason.HOST_FULL,
          "The server is short of memory: %s. Try again later, end containers that are no longer needed, or give the server more memory."
              .formatted(says(now)));
    }
  }

  /**
   * Memory for one container, which nobody else is promised; to be closed when it is made, or
   * couldn't be. The looks alone would let any number begin between two of them.
   *
   * @throws SandboxException {@code HOST_FULL} if there is not so much
   */
  Promise promise(long bytes) {
    admit();
    Shortage now = last;
    long left = now.now().available() - now.wanted();
    if (free > 0 && !promised.add(bytes, left)) {
      throw new SandboxException(
          Reason.HOST_FULL,
          "The server is short of memory: %s beside those that are being made, which may take %s. Try again in a moment, or give the server more memory."
              .formatted(says(now), Disks.words(promised.all())));
    }
    return free > 0 ? () -> promised.keep(bytes) : () -> {};
  }

  private static String says(Shortage now) {
    return "%s are available, and %s must be for a new container (sandbox.memory-free%s)"
        .formatted(
            Disks.words(now.now().available()),
            Disks.words(now.wanted()),
            now.now().stalled() > 0
                ? "; processes waited for memory %.0f %% of the time".formatted(now.now().stalled())
                : "");
  }

  @Override
  public void close() {
    looking.shutdownNow();
  }
}
