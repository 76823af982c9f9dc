package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of one sandbox, and so of one project, that are complete and have never run anything.
 * Each is given away once. They are made one at a time, and not while containers are being taken:
 * who has just got one needs the processors. Thread-safe.
 */
public final class ReadyContainers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReadyContainers.class);

  /** It becomes a directory's name. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private static final Duration QUIET = Duration.ofMillis(250);

  /** After a failure, or without room; whoever needs a container hears of it by himself. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /**
   * How many of which limits.
   *
   * @param like its id and project don't matter
   */
  public record Wish(int count, ContainerSpec like) {
    public static final Wish NONE =
        new Wish(0, new ContainerSpec("", "", 0, 0, 0, 0, 0, new ContainerSpec.Disk(0, 0)));
  }

  /** Makes a container. */
  @FunctionalInterface
  interface Maker {
    OciContainer make(ContainerSpec spec) throws InterruptedException;
  }

  private final Wish wish;
  private final Maker maker;
  private final BooleanSupplier room;
  private final Deque<OciContainer> ready = new ArrayDeque<>();

  /** An earlier server's, which may still serve, have other names. */
  private final String series = Long.toHexString(System.currentTimeMillis());

  private int made;
  private long notBefore = System.nanoTime();
  private @Nullable Thread filler;
  private boolean closed;

  /**
   * @param room whether the host has any for what nobody needs yet
   */
  ReadyContainers(Wish wish, Maker maker, BooleanSupplier room) {
    this.wish = wish;
    this.maker = maker;
    this.room = room;
  }

  /** Makes what is missing, in the background. */
  synchronized void fill() {
    if (!closed && filler == null && ready.size() < wish.count()) {
      filler = Thread.ofVirtual().name("ready-containers").start(this::fillUp);
    }
  }

  /**
   * A container, one made ahead of need if there is any of these limits.
   *
   * @param ledgers where one that was made under that name is entered
   */
  OciContainer give(ContainerSpec spec, Function<String, Ledger> ledgers)
      throws InterruptedException {
    checkName(spec.id());
    @Nullable OciContainer made = take(spec);
    if (made == null) {
      return maker.make(spec);
    }
    try {
      ledgers.apply(made.name()).serves(made.name(), spec);
      return made;
    } catch (IOException e) {
      made.close();
      throw ContainerMaker.failed("A container could not be made", e);
    }
  }

  /** Refuses what can't be a directory's name. */
  static void checkName(String id) {
    if (!NAME.matcher(id).matches()) {
      throw new SandboxException(
          Reason.INVALID, "A container's id has 1 to 128 letters, digits, - and _.");
    }
  }

  /** One for these limits that is alive, or null; it is the caller's from now on. */
  private @Nullable OciContainer take(ContainerSpec wanted) {
    while (wish.count() > 0 && wanted.sameLimits(wish.like())) {
      @Nullable OciContainer taken = next();
      if (taken == null || taken.alive()) {
        if (taken != null) {
          taken.serve(wanted);
        }
        return taken;
      }
      taken.close();
    }
    return null;
  }

  private synchronized @Nullable OciContainer next() {
    notBefore = System.nanoTime() + QUIET.toNanos();
    @Nullable OciContainer taken = ready.poll();
    fill();
    return taken;
  }

  synchronized int size() {
    return (int) ready.stream().filter(OciContainer::alive).count();
  }

  private void fillUp() {
    try {
      for (@Nullable ContainerSpec next = due(); next != null; next = due()) {
        try {
          add(maker.make(next));
        } catch (RuntimeException e) {
          LOG.warn("no container could be made ahead: {}", e.toString());
          postpone();
        }
      }
    } catch (InterruptedException e) {
      // close() ends it so.
    }
  }

  /** Waits until another one should be made; null if none should. */
  private synchronized @Nullable ContainerSpec due() throws InterruptedException {
    while (!closed && ready.size() < wish.count()) {
      long nanos = notBefore - System.nanoTime();
      if (nanos <= 0 && !room.getAsBoolean()) {
        nanos = AGAIN.toNanos();
      }
      if (nanos <= 0) {
        return wish.like().as("ready-" + series + "-" + made++, "");
      }
      wait(nanos / 1_000_000 + 1);
    }
    filler = null;
    return null;
  }

  private void add(OciContainer container) {
    synchronized (this) {
      if (!closed) {
        ready.add(container);
        return;
      }
    }
    container.close();
  }

  private synchronized void postpone() {
    notBefore = System.nanoTime() + AGAIN.toNanos();
  }

  /** Ends those that nobody has taken; returns when none is being made any more. */
  @Override
  public void close() {
    @Nullable Thread running;
    synchronized (this) {
      closed = true;
      running = filler;
    }
    if (running != null) {
      running.interrupt();
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    ready.forEach(OciContainer::close);
    ready.clear();
  }
}
