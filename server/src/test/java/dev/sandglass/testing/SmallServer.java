package dev.sandglass.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The API in a process of its own with little memory: what it buffers whole, it dies of. Ends when
 * its standard input does.
 */
public final class SmallServer implements AutoCloseable {

  private final Process process;
  private final int port;
  public final String key;

  private SmallServer(Process process, int port, String key) {
    this.process = process;
    this.port = port;
    this.key = key;
  }

  /** Starts one with a heap of {@code heapMiB} and as much memory outside of it at most. */
  public static SmallServer start(Path home, int heapMiB) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-Xmx" + heapMiB + "m",
                    "-XX:MaxDirectMemorySize=" + heapMiB + "m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallServer.class.getName(),
                    home.toString()))
            .redirectError(home.resolve("small-server.log").toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("ready ")) {
        List<String> words = List.of(line.split(" ", -1));
        return new SmallServer(process, Integer.parseInt(words.get(1)), words.get(2));
      }
    }
    throw new IOException("the small server ended before it was ready");
  }

  /** Without {@code /v1}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public boolean alive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.onExit().join();
  }

  public static void main(String[] args) throws IOException {
    try (HttpFixture api = new HttpFixture(Path.of(args[0]));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready " + api.port + " " + Objects.requireNonNull(api.key.secret()));
      while (in.readLine() != null) {
        // Until the parent ends.
      }
    }
  }
}
