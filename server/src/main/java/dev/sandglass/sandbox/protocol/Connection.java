package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a zygote or a supervisor: requests with their replies, and events. Thread-safe.
 *
 * <p>One virtual thread reads and always drains, so the other side never waits for us; one writes,
 * because interrupting a caller inside {@link SocketChannel#write} would close the channel. A
 * message that makes no sense closes the connection; every waiting caller then gets {@link
 * Reason#DEAD} with what was wrong.
 */
final class Connection implements AutoCloseable {

  /** What a connection tells its owner, from the reading thread: must be quick. */
  interface Events {
    /** A message that isn't a reply. What it throws closes the connection. */
    void onEvent(Frame frame) throws ProtocolException;

    /** Called once, after the last event. */
    void onClosed(String why);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int MAX_WAITING = 1024;
  private static final int PROTOCOL = 3;
  private static final Duration SEND_LIMIT = Duration.ofSeconds(60);

  private final String peer;
  private final SocketChannel channel;
  private final Events events;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<Frame>> waiting = new ConcurrentHashMap<>();
  private final BlockingQueue<Frame> outgoing = new ArrayBlockingQueue<>(16);
  private final Thread writer;

  /** Why it was closed; null while it is open. The first reason stays. */
  private final AtomicReference<@Nullable String> ended = new AtomicReference<>();

  private Connection(String peer, SocketChannel channel, Events events) {
    this.peer = peer;
    this.channel = channel;
    this.events = events;
    this.writer = Thread.ofVirtual().name(peer + " writer").unstarted(this::writeLoop);
  }

  /**
   * Connects and greets.
   *
   * @param peer names the other side in messages and thread names
   * @throws IOException if nothing listens there, or it isn't ours
   */
  static Connection open(String peer, Path socket, PeerCheck check, Events events)
      throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      check.verify(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    Connection connection = new Connection(peer, channel, events);
    connection.writer.start();
    Thread.ofVirtual().name(peer + " reader").start(connection::readLoop);
    return connection;
  }

  /** The greeting's answer; closes the connection if it isn't this protocol and {@code role}. */
  Header hello(String role, Duration timeout) throws InterruptedException {
    Header greeting = Header.of("hello").with("protocol", PROTOCOL);
    CompletableFuture<Frame> answer = register(0);
    send(new Frame(greeting));
    Header header = await(greeting, answer.thenApply(this::unlessFailed), timeout).header();
    try {
      if (!header.type().equals("hello")
          || header.number("protocol", 0, 1000) != PROTOCOL
          || !header.string("role", 32).equals(role)) {
        throw new ProtocolException(
            "greeted by %s, wanted a %s of protocol %d".formatted(header, role, PROTOCOL));
      }
      return header;
    } catch (ProtocolException e) {
      close(describe(e));
      throw dead();
    }
  }

  Frame call(Header request, Duration timeout) throws InterruptedException {
    return call(request, Frame.NO_BODY, timeout);
  }

  /**
   * Sends a request and waits for its reply. No reply in time closes the connection: the order of
   * things is then unknown.
   *
   * @throws SandboxException what the reply {@code failed} with, or {@link Reason#DEAD}
   */
  Frame call(Header request, byte[] body, Duration timeout) throws InterruptedException {
    CompletableFuture<Frame> answer = submit(request, body);
    return await(request, answer, timeout);
  }

  /**
   * Sends a request; the reply, or the {@link SandboxException} that stands for it, comes with the
   * future, from the reading thread. Can't be interrupted: a caller always knows that it was sent.
   */
  CompletableFuture<Frame> submit(Header request, byte[] body) {
    if (waiting.size() >= MAX_WAITING) {
      throw new SandboxException(
          Reason.BUSY, "%d requests wait for %s; try again".formatted(MAX_WAITING, peer));
    }
    long id = ids.incrementAndGet();
    CompletableFuture<Frame> answer = register(id);
    send(new Frame(request.with("id", id), body));
    return answer.thenApply(this::unlessFailed);
  }

  private CompletableFuture<Frame> register(long id) {
    CompletableFuture<Frame> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    if (ended.get() != null) {
      // The closing thread may have run through `waiting` before this one was in it.
      answer.completeExceptionally(dead());
    }
    return answer;
  }

  boolean isOpen() {
    return ended.get() == null;
  }

  @Override
  public void close() {
    close("closed by the server");
  }

  void close(String reason) {
    if (!ended.compareAndSet(null, reason)) {
      return;
    }
    LOG.debug("{}: {}", peer, reason);
    writer.interrupt();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("{}: closing", peer, e);
    }
    waiting.values().forEach(f -> f.completeExceptionally(dead()));
    waiting.clear();
    events.onClosed(reason);
  }

  SandboxException dead() {
    return new SandboxException(Reason.DEAD, "%s has ended: %s".formatted(peer, ended.get()));
  }

  private Frame unlessFailed(Frame reply) {
    try {
      Header header = reply.header();
      if (!header.type().equals("failed")) {
        return reply;
      }
      throw new SandboxException(
          FailureCodes.reason(header.string("code", 64)), header.string("message", 16 * 1024));
    } catch (ProtocolException e) {
      close(describe(e));
      throw dead();
    }
  }

  private Frame await(Header request, CompletableFuture<Frame> answer, Duration timeout)
      throws InterruptedException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      close("no answer within %d ms to %s".formatted(timeout.toMillis(), request));
      throw dead();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException cause) {
        throw new SandboxException(cause.reason(), "" + cause.getMessage(), cause);
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void send(Frame frame) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + SEND_LIMIT.toNanos();
    while (ended.get() == null) {
      try {
        if (outgoing.offer(frame, 1, TimeUnit.SECONDS)) {
          break;
        }
        if (System.nanoTime() > deadline) {
          close("it took nothing for %d s".formatted(SEND_LIMIT.toSeconds()));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeLoop() {
    try {
      while (ended.get() == null) {
        FrameCodec.write(channel, outgoing.take());
      }
    } catch (InterruptedException e) {
      // close() ends this loop so.
    } catch (IOException | RuntimeException e) {
      close("writing failed: " + describe(e));
    }
  }

  private void readLoop() {
    try {
      for (Frame frame = next(); frame != null; frame = next()) {
        dispatch(frame);
      }
      close("it closed the connection");
    } catch (IOException | RuntimeException e) {
      close(describe(e));
    }
  }

  private @Nullable Frame next() throws IOException {
    return FrameCodec.read(channel);
  }

  private void dispatch(Frame frame) throws ProtocolException {
    Header header = frame.header();
    String type = header.type();
    boolean greeting = type.equals("hello");
    if (greeting || type.equals("ok") || type.equals("failed")) {
      boolean refused = !header.has("id") && type.equals("failed");
      long id = greeting || refused ? 0 : header.number("id", 1, Long.MAX_VALUE);
      CompletableFuture<Frame> answer = waiting.remove(id);
      if (answer == null) {
        throw new ProtocolException("an answer to request %d that nobody asked".formatted(id));
      }
      answer.complete(frame);
    } else {
      events.onEvent(frame);
    }
  }

  private static String describe(Exception e) {
    return e instanceof ProtocolException ? "it broke the protocol: " + e.getMessage() : "" + e;
  }
}
