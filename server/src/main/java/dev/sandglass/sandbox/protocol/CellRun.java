package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outputs of one running cell on their way from the connection's reader to the thread that
 * waits in {@code execute}. The reader never waits: what a slow listener leaves lying is kept up to
 * {@link #MAX_QUEUED} bytes, then left out, and a line on stderr says how much.
 */
final class CellRun {

  static final long MAX_QUEUED = 64L * 1024 * 1024;

  /** What an output counts at least, so that many tiny ones are bounded too. */
  private static final int OVERHEAD = 256;

  private record Queued(CellOutput output, long size) {}

  private static final Logger LOG = LoggerFactory.getLogger(CellRun.class);

  private final String cell;
  private final int files;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final Queue<Queued> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long leftOut;
  private long seq;
  private @Nullable CellEnd end;
  private @Nullable SandboxException gone;

  /** Of the thread that waits, no other. */
  private boolean deaf;

  /**
   * @param files how many files its end may tell
   */
  CellRun(String cell, int files) {
    this.cell = cell;
    this.files = files;
  }

  String cell() {
    return cell;
  }

  /** From the reader: the next event of this cell. */
  void accept(Frame frame) throws ProtocolException {
    Header header = frame.header();
    long number = header.number("seq", 1, Long.MAX_VALUE);
    lock.lock();
    try {
      if (end != null) {
        throw new ProtocolException("cell %s went on after its end".formatted(cell));
      }
      if (number != ++seq) {
        throw new ProtocolException(
            "cell %s: event %d came where %d should".formatted(cell, number, seq));
      }
      if (header.type().equals("done")) {
        end = CellEnd.parse(frame, files);
      } else {
        CellOutput output = CellEvents.parse(frame);
        long size = OVERHEAD + frame.body().length;
        if (queuedBytes + size > MAX_QUEUED) {
          leftOut++;
        } else {
          queuedBytes += size;
          queue.add(new Queued(output, size));
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** From the reader: the request's reply. Only a failure matters: it means nothing will come. */
  void refused(@Nullable Throwable failure) {
    if (failure != null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      gone(
          cause instanceof SandboxException known
              ? known
              : new SandboxException(Reason.INTERNAL, "The cell could not begin.", cause));
    }
  }

  /** From the reader: nothing more will come. */
  void gone(SandboxException why) {
    lock.lock();
    try {
      gone = gone == null ? why : gone;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands outputs to the listener until the cell has ended.
   *
   * @return how it ended; null if it hadn't within {@code limit}
   * @throws SandboxException if the container ended first
   */
  @Nullable CellEnd deliver(CellListener listener, Duration limit) throws InterruptedException {
    long nanos = limit.toNanos();
    while (true) {
      @Nullable CellOutput output;
      lock.lockInterruptibly();
      try {
        while (queue.isEmpty() && leftOut == 0 && end == null && gone == null) {
          if (nanos <= 0) {
            return null;
          }
          nanos = changed.awaitNanos(nanos);
        }
        Queued next = queue.poll();
        output = next == null ? null : next.output;
        if (next != null) {
          queuedBytes -= next.size;
        } else if (leftOut > 0) {
          output = leftOutNote(leftOut);
          leftOut = 0;
        } else if (end != null) {
          return end;
        } else if (gone != null) {
          throw gone;
        }
      } finally {
        lock.unlock();
      }
      if (output != null) {
        hand(listener, output);
      }
    }
  }

  private void hand(CellListener listener, CellOutput output) {
    if (deaf) {
      return;
    }
    try {
      listener.onOutput(output);
    } catch (RuntimeException e) {
      LOG.warn("A listener failed; the rest of cell {} is not delivered", cell, e);
      deaf = true;
    }
  }

  private static CellOutput leftOutNote(long count) {
    return new CellOutput.Stream(
        CellOutput.Stream.Name.STDERR,
        String.format(
            Locale.ROOT,
            "\n… [%,d outputs left out: more than %d MiB waited to be delivered] …\n",
            count,
            MAX_QUEUED >> 20));
  }
}
