package dev.sandglass.cli.local;

import dev.sandglass.common.OwnerOnly;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Finds the server that uses a home directory, starts one that outlives this process, stops one.
 */
public final class LocalServer {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final int LOG_TAIL = 2_000;
  private static final String ENDPOINTS = "endpoints";

  private final Path home;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  public LocalServer(Path home) {
    this.home = home;
  }

  /** The home of the server for a model's endpoint, below that of the main one. */
  public static Path endpointHome(Path home, String name) {
    return home.resolve(ENDPOINTS).resolve(name);
  }

  /** Every server that runs and answers: the main one first, then those for models' endpoints. */
  public static List<RunFile> running(Path home) throws InterruptedException {
    List<RunFile> servers = new ArrayList<>();
    for (Path each : homes(home)) {
      new LocalServer(each).find().ifPresent(servers::add);
    }
    return List.copyOf(servers);
  }

  /** The home itself, then those of the servers for models' endpoints. */
  public static List<Path> homes(Path home) {
    List<Path> homes = new ArrayList<>(List.of(home));
    Path endpoints = home.resolve(ENDPOINTS);
    if (Files.isDirectory(endpoints)) {
      try (Stream<Path> all = Files.list(endpoints)) {
        all.sorted().forEach(homes::add);
      } catch (IOException e) {
        throw new SandglassException(
            Kind.UNAVAILABLE, "can't read " + endpoints + ": " + e.getMessage(), e);
      }
    }
    return List.copyOf(homes);
  }

  /** A server, and whether this call started it. */
  public record Found(RunFile server, boolean started) {}

  /** Where the server is that runs now. */
  public Optional<URI> url() {
    return RunFile.read(home).map(RunFile::url);
  }

  /** The server that runs now and answers. */
  public Optional<RunFile> find() throws InterruptedException {
    Optional<RunFile> file = RunFile.read(home);
    return file.isPresent() && answers(file.get()) ? file : Optional.empty();
  }

  /**
   * The running server, or one started with these arguments of {@code serve}. Two callers at the
   * same time get the same one. A lingering server of another build is replaced once its running
   * requests have ended; a server that somebody else started by {@code serve} is used as it is.
   */
  public Found findOrStart(List<String> serveArguments) throws InterruptedException {
    Optional<RunFile> running = find().filter(this::usable);
    if (running.isPresent()) {
      return new Found(running.get(), false);
    }
    try {
      Files.createDirectories(home.resolve("run"));
      try (FileChannel channel =
              FileChannel.open(
                  home.resolve("run/start.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Optional<RunFile> meanwhile = find();
        if (meanwhile.filter(this::usable).isPresent()) {
          return new Found(meanwhile.get(), false);
        }
        if (meanwhile.isPresent()) {
          stop(meanwhile.get());
        }
        return new Found(start(serveArguments), true);
      }
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't use " + home + ": " + e.getMessage(), e);
    }
  }

  private boolean usable(RunFile server) {
    return !server.linger() || server.build().equals(Program.build());
  }

  private RunFile start(List<String> serveArguments) throws IOException, InterruptedException {
    Path log = home.resolve("logs/server.log");
    OwnerOnly.directory(home.resolve("logs"));
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C in the terminal must not reach it.
    command.add("setsid");
    command.addAll(Program.command(serveArguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<RunFile> file = RunFile.read(home).filter(f -> f.pid() == process.pid());
      if (file.isPresent() && answers(file.get())) {
        return file.get();
      }
      if (process.waitFor(25, TimeUnit.MILLISECONDS)) {
        throw failed("ended with status " + process.exitValue(), log);
      }
    }
    process.destroy();
    throw failed("did not answer within " + START.toSeconds() + " s", log);
  }

  private static SandglassException failed(String how, Path log) {
    String tail = "";
    try {
      String text = Files.readString(log);
      tail = text.substring(Math.max(0, text.length() - LOG_TAIL)).strip();
    } catch (IOException e) {
      // The log's name is in the message.
    }
    return new SandglassException(
        Kind.UNAVAILABLE, "the server " + how + ". Its log (" + log + ") ends with:\n" + tail);
  }

  /** Asks the server to end, and waits until it has. */
  public void stop(RunFile server) throws InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(server.pid());
    if (process.isEmpty()) {
      return;
    }
    process.get().destroy();
    try {
      process.get().onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "the server (process "
              + server.pid()
              + ") has not ended within "
              + STOP.toSeconds()
              + " s");
    } catch (ExecutionException e) {
      throw new SandglassException(Kind.INTERNAL, "waiting for the server's end", e);
    }
  }

  private boolean answers(RunFile server) throws InterruptedException {
    URI health = server.url().resolve("/healthz");
    try {
      HttpRequest request = HttpRequest.newBuilder(health).timeout(Duration.ofSeconds(5)).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
