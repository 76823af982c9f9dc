package dev.sandglass.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.Tap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the SDKs are run against: a whole server with small limits, and the scripted model. */
final class SdkServer implements AutoCloseable {

  private final ScriptedModel model;
  private final RunningServer server;

  /** Between the server and every SDK. */
  final Tap tap;

  /** The official Java SDK's. */
  final OpenAIClient client;

  /** Where uploads are written to first. Moved away, it is a disk that fails. */
  final Path incoming;

  private SdkServer(ScriptedModel model, RunningServer server, Path incoming) {
    this.model = model;
    this.server = server;
    this.incoming = incoming;
    this.tap = Tap.before(server.url());
    this.client =
        OpenAIOkHttpClient.builder()
            .baseUrl(tap.url().toString())
            .apiKey(server.key())
            .responseValidation(true)
            .build();
  }

  static SdkServer start(Path directory) throws IOException, InterruptedException {
    ScriptedModel model = Script.install(ScriptedModel.start());
    RunningServer server = RunningServer.start(directory, model, Script.SETTINGS);
    return new SdkServer(model, server, directory.resolve("home/blobs/incoming"));
  }

  String key() {
    return server.key();
  }

  /** The disk fails, until {@link #mendDisk}. */
  void breakDisk() {
    move(incoming, away());
  }

  void mendDisk() {
    move(away(), incoming);
  }

  private Path away() {
    return incoming.resolveSibling("away");
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.close();
    tap.close();
    server.close();
    model.close();
    assertThat(tap.refused()).isEmpty();
  }
}
