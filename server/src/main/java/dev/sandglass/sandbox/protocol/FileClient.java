package dev.sandglass.sandbox.protocol;

import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A container's files, over its supervisor's socket; what {@link
 * dev.sandglass.sandbox.SandboxContainer} promises. Content moves in chunks of 1 MiB, so memory is
 * flat whatever a file's size. Thread-safe.
 */
public final class FileClient {

  static final int CHUNK = 1024 * 1024;

  private static final int MAX_PATH = 4096;
  private static final long MAX_SIZE = 1L << 50;

  private final Connection connection;
  private final Duration patience;

  FileClient(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  public List<FileStat> list(int limit) throws InterruptedException {
    Frame reply = connection.call(Header.of("file.list").with("limit", limit), patience);
    return checked(() -> parseList(reply.body(), limit));
  }

  public Optional<FileStat> stat(String path) throws InterruptedException {
    try {
      Frame reply = connection.call(request("file.stat", path), patience);
      return Optional.of(checked(() -> parseStat(path, reply.header())));
    } catch (SandboxException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  public boolean delete(String path) throws InterruptedException {
    try {
      connection.call(request("file.delete", path), patience);
      return true;
    } catch (SandboxException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  public void alias(String path, String alias) throws InterruptedException {
    connection.call(request("file.alias", path).with("alias", alias), patience);
  }

  /** See {@link dev.sandglass.sandbox.SandboxContainer#read}. */
  public long read(String path, long offset, long length, OutputStream to)
      throws IOException, InterruptedException {
    long done = 0;
    @Nullable String identity = null;
    while (length < 0 || done < length) {
      long wanted = length < 0 ? CHUNK : Math.min(CHUNK, length - done);
      Header request =
          request("file.read", path).with("offset", offset + done).with("length", wanted);
      Frame reply = connection.call(request, patience);
      Header header = reply.header();
      if (reply.body().length > wanted) {
        throw broken("more bytes than asked for");
      }
      String now = checked(() -> identity(header));
      if (identity != null && !identity.equals(now)) {
        throw new SandboxException(Reason.BUSY, path + " changed while it was read; read it again");
      }
      identity = now;
      to.write(reply.body());
      done += reply.body().length;
      long size = checked(() -> header.number("size", 0, MAX_SIZE));
      if (reply.body().length == 0 || offset + done >= size) {
        return done;
      }
    }
    return done;
  }

  /** See {@link dev.sandglass.sandbox.SandboxContainer#write}. */
  public FileStat write(String path, InputStream content, Collision collision)
      throws IOException, InterruptedException {
    Frame created = connection.call(Header.of("file.create").withNull("size"), patience);
    JsonNode handle = checked(() -> created.header().any("handle"));
    boolean committed = false;
    try {
      for (byte[] chunk = content.readNBytes(CHUNK);
          chunk.length > 0;
          chunk = content.readNBytes(CHUNK)) {
        connection.call(Header.of("file.append").with("handle", handle), chunk, patience);
      }
      Header commit =
          request("file.commit", path)
              .with("handle", handle)
              .with("collision", collision.name().toLowerCase(Locale.ROOT));
      Header reply = connection.call(commit, patience).header();
      committed = true;
      return checked(() -> parseStat(checkedPath(reply), reply));
    } finally {
      if (!committed) {
        abort(handle);
      }
    }
  }

  /** Waits for it, interrupted or not: the next cell is to see nothing of the file. */
  private void abort(JsonNode handle) {
    try {
      connection
          .submit(Header.of("file.abort").with("handle", handle), Frame.NO_BODY)
          .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (SandboxException | CompletionException e) {
      // What could be left ends with the file worker or the container.
    }
  }

  private static Header request(String type, String path) {
    if (path.length() > MAX_PATH) {
      throw new SandboxException(
          Reason.INVALID,
          "A path has at most %d characters; this one has %d.".formatted(MAX_PATH, path.length()));
    }
    return Header.of(type).with("path", path);
  }

  static List<FileStat> parseList(byte[] body, int limit) throws ProtocolException {
    JsonNode node;
    try {
      node = Header.JSON.readTree(body);
    } catch (JacksonException e) {
      throw new ProtocolException("a list of files that is not JSON");
    }
    if (!(node instanceof ArrayNode array) || array.size() > limit) {
      throw new ProtocolException("a list of files that is no list, or longer than asked for");
    }
    List<FileStat> files = new ArrayList<>(array.size());
    for (JsonNode file : array) {
      Header header = Header.wrap(file, "a file");
      files.add(parseStat(checkedPath(header), header));
    }
    return List.copyOf(files);
  }

  private static FileStat parseStat(String path, Header header) throws ProtocolException {
    String version = identity(header) + "-" + whole(header, "ctime_ns");
    return new FileStat(path, header.number("size", 0, MAX_SIZE), version);
  }

  private static String identity(Header header) throws ProtocolException {
    return whole(header, "inode") + "-" + whole(header, "mtime_ns");
  }

  private static long whole(Header header, String name) throws ProtocolException {
    return header.number(name, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A path that the server may use as a name: relative, without a segment that leads away. */
  private static String checkedPath(Header header) throws ProtocolException {
    String path = header.string("path", MAX_PATH);
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new ProtocolException(
            "a file can't be called " + Header.JSON.writeValueAsString(path));
      }
    }
    if (path.indexOf('\0') >= 0) {
      throw new ProtocolException("a file name with a zero byte");
    }
    return path;
  }

  private <T> T checked(Parse<T> parse) {
    try {
      return parse.run();
    } catch (ProtocolException e) {
      throw broken(e.getMessage());
    }
  }

  private SandboxException broken(@Nullable String what) {
    connection.close("it broke the protocol: " + what);
    return connection.dead();
  }

  @FunctionalInterface
  private interface Parse<T> {
    T run() throws ProtocolException;
  }
}
