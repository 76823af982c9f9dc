package dev.sandglass.cli;

import dev.sandglass.cli.local.Program;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.server.Production;
import dev.sandglass.server.SandglassServer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code sandglass serve}: runs until it is told to stop, or has been idle for {@code
 * server.linger}.
 */
@Command(
    name = "serve",
    description = "Run the server until it is stopped (Ctrl-C, ./sandglass stop).")
final class ServeCommand implements Callable<Integer> {

  private static final Duration ENDING = Duration.ofSeconds(30);

  @Mixin private Configuration configuration = new Configuration();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The address to listen on (default: 127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port (default: 8080); 0 takes a free one.")
  private @Nullable Integer port;

  @Option(
      names = "--linger",
      paramLabel = "TIME",
      description = "End after this long without a request, such as 15m.")
  private @Nullable String linger;

  @Option(
      names = "--model-url",
      paramLabel = "URL",
      description = "An OpenAI-compatible endpoint in place of the local model.")
  private @Nullable String modelUrl;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model's name there, or that of a local model.")
  private @Nullable String model;

  @Option(names = "--no-setup", description = "Don't install what is missing.")
  private boolean noSetup;

  @Override
  public Integer call() throws InterruptedException {
    Config config = configuration.loadWithImage(settings());
    Logs.configure(config.log());
    if (!noSetup) {
      boolean walls = config.sandbox().runtime() != Config.Sandbox.Runtime.PROCESS;
      Setup.forQuestions(!config.models().upstreams().isEmpty(), walls)
          .run(System.err, dev.sandglass.cli.ask.Terminal.stderr());
    }
    Path home = config.storage().homeDir();
    try {
      Files.createDirectories(home.resolve("run"));
      try (FileChannel channel =
              FileChannel.open(
                  home.resolve("run/serve.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (lock == null) {
          throw new SandglassException(
              Kind.UNAVAILABLE,
              "Another server uses "
                  + home
                  + ": ./sandglass stop, or choose another (SANDGLASS_HOME).");
        }
        return serve(config, home);
      }
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't use " + home + ": " + e.getMessage(), e);
    }
  }

  /** One that a question has started waits for one that is just ending; null: it does not end. */
  private @Nullable FileLock lock(FileChannel channel) throws IOException, InterruptedException {
    FileLock lock = channel.tryLock();
    long patience = linger == null ? 0 : ENDING.toNanos();
    for (long began = System.nanoTime();
        lock == null && System.nanoTime() - began < patience;
        lock = channel.tryLock()) {
      Thread.sleep(50);
    }
    return lock;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(Configuration.upstream(modelUrl, model));
    if (host != null) {
      settings.put("server.host", host);
    }
    if (port != null) {
      settings.put("server.port", port.toString());
    }
    if (linger != null) {
      settings.put("server.linger", linger);
    }
    return settings;
  }

  private int serve(Config config, Path home) throws InterruptedException {
    Logger log = LoggerFactory.getLogger(ServeCommand.class);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.countDown();
              try {
                stopped.await(60, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Production production = new Production(config, Program.root().resolve("sandbox"))) {
      SandglassServer server = production.server();
      boolean lingers = !config.server().linger().isZero();
      RunFile file =
          new RunFile(
              ProcessHandle.current().pid(),
              server.url(),
              CliKey.of(home, server.keys()),
              Program.build(),
              lingers);
      file.write(home);
      log.info("listening at {}", server.url());
      try {
        waitFor(stop, server, config.server().linger());
      } finally {
        file.remove(home);
      }
      log.info("stopping");
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private static void waitFor(CountDownLatch stop, SandglassServer server, Duration linger)
      throws InterruptedException {
    if (linger.isZero()) {
      stop.await();
      return;
    }
    while (server.idle().compareTo(linger) < 0) {
      Duration left = linger.minus(server.idle());
      if (stop.await(Math.max(50, left.toMillis()), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }
}
