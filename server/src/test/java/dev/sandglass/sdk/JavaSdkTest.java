package dev.sandglass.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.containers.ContainerCreateParams;
import com.openai.models.containers.ContainerListParams;
import com.openai.models.containers.files.FileDeleteParams;
import com.openai.models.containers.files.FileListParams;
import com.openai.models.containers.files.FileRetrieveParams;
import com.openai.models.containers.files.content.ContentRetrieveParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FilePurpose;
import com.openai.models.responses.ResponseCreateParams;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files, containers, container files and errors with the official Java SDK: every call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set up once for all tests
class JavaSdkTest {

  private SdkServer server;
  private OpenAIClient client;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = SdkServer.start(directory);
    client = server.client;
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private String upload(String text) {
    return client
        .files()
        .create(
            FileCreateParams.builder()
                .file(text.getBytes(StandardCharsets.UTF_8))
                .purpose(FilePurpose.USER_DATA)
                .build())
        .id();
  }

  private String container() {
    return client.containers().create(ContainerCreateParams.builder().name("sdk").build()).id();
  }

  @Test
  void aFileIsMadeFoundListedReadAndDeleted() throws Exception {
    List<String> made = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      made.add(upload("text " + n));
    }
    assertThat(client.files().retrieve(made.get(0)).bytes()).isEqualTo(6);
    try (var content = client.files().content(made.get(4))) {
      assertThat(content.body().readAllBytes()).asString().isEqualTo("text 4");
    }
    List<String> listed = new ArrayList<>();
    client
        .files()
        .list(com.openai.models.files.FileListParams.builder().limit(2).build())
        .autoPager()
        .forEach(f -> listed.add(f.id()));
    assertThat(listed).containsAll(made).doesNotHaveDuplicates();
    for (String id : made) {
      assertThat(client.files().delete(id).deleted()).isTrue();
    }
  }

  @Test
  void aContainerIsMadeFoundListedAndDeleted() {
    List<String> made = List.of(container(), container(), container());
    assertThat(client.containers().retrieve(made.get(0)).name()).isEqualTo("sdk");
    List<String> listed = new ArrayList<>();
    client
        .containers()
        .list(ContainerListParams.builder().limit(2).build())
        .autoPager()
        .forEach(c -> listed.add(c.id()));
    assertThat(listed).containsAll(made).doesNotHaveDuplicates();
    made.forEach(client.containers()::delete);
    assertThatThrownBy(() -> client.containers().retrieve(made.get(0)))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aContainerFileIsMadeInAllWaysFoundListedReadAndDeleted(@TempDir Path directory)
      throws Exception {
    String container = container();
    Path named = Files.writeString(directory.resolve("named.csv"), "a\n1\n");
    var files = client.containers().files();
    com.openai.models.containers.files.FileCreateParams.Builder at =
        com.openai.models.containers.files.FileCreateParams.builder().containerId(container);
    var uploaded = files.create(at.file(named).build());
    assertThat(uploaded.path()).isEqualTo("/mnt/data/named.csv");
    at = com.openai.models.containers.files.FileCreateParams.builder().containerId(container);
    var nameless = files.create(at.file(new ByteArrayInputStream(new byte[] {'x'})).build());
    assertThat(nameless.bytes()).isEqualTo(1);
    at = com.openai.models.containers.files.FileCreateParams.builder().containerId(container);
    var copied = files.create(at.fileId(upload("copied")).build());
    assertThat(copied.bytes()).isEqualTo(6);

    var found =
        files.retrieve(
            FileRetrieveParams.builder().containerId(container).fileId(copied.id()).build());
    assertThat(found.containerId()).isEqualTo(container);
    try (var content =
        files
            .content()
            .retrieve(
                ContentRetrieveParams.builder()
                    .containerId(container)
                    .fileId(copied.id())
                    .build())) {
      assertThat(content.body().readAllBytes()).asString().isEqualTo("copied");
    }
    files.delete(FileDeleteParams.builder().containerId(container).fileId(copied.id()).build());
    List<String> listed = new ArrayList<>();
    files
        .list(FileListParams.builder().containerId(container).limit(1).build())
        .autoPager()
        .forEach(f -> listed.add(f.id()));
    assertThat(listed).containsExactlyInAnyOrder(uploaded.id(), nameless.id());
    client.containers().delete(container);
  }

  @Test
  void errorsAreTheSdksOwnExceptions() {
    ResponseCreateParams bogus =
        ResponseCreateParams.builder()
            .model("gpt-5")
            .input("x")
            .putAdditionalBodyProperty("bogus", JsonValue.from(1))
            .build();
    assertThatThrownBy(() -> client.responses().create(bogus))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.code()).contains("unknown_parameter"));
    assertThatThrownBy(() -> client.withOptions(o -> o.apiKey("sk-wrong")).files().list())
        .isInstanceOf(UnauthorizedException.class);
    assertThatThrownBy(() -> client.files().retrieve("file-none"))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> upload("x".repeat((1 << 20) + 1)))
        .isInstanceOfSatisfying(
            UnexpectedStatusCodeException.class, e -> assertThat(e.statusCode()).isEqualTo(413));
  }

  @Test
  void tooMuchAtOnceIsARateLimitError() {
    OpenAIClient quick = client.withOptions(o -> o.maxRetries(0));
    List<String> made = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              for (int n = 0; n < 100; n++) {
                made.add(
                    quick
                        .containers()
                        .create(ContainerCreateParams.builder().name("many").build())
                        .id());
              }
            })
        .isInstanceOf(RateLimitException.class)
        .hasMessageContaining("container.max-per-project");
    made.forEach(client.containers()::delete);
  }

  @Test
  void aClientThatWaitsNoLongerGetsTheSdksTimeout() {
    OpenAIClient hasty = client.withOptions(o -> o.maxRetries(0).timeout(Duration.ofMillis(500)));
    assertThatThrownBy(() ->
            hasty
                .responses()
                .create(
                    ResponseCreateParams.builder()
                        .model("gpt-5")
                        .input("[slow] Take your time.")
                        .build()))
        .isInstanceOf(OpenAIIoException.class);
  }

  @Test
  void tooMuchAtOnceIsSentAgainByTheSdkItself() {
    List<String> made = new ArrayList<>();
    List<Integer> seen = new CopyOnWriteArrayList<>();
    server.tap.watch(seen::add);
    while (!seen.contains(429)) {
      server.tap.watch(status -> {
        seen.add(status);
        if (status == 429) {
          server.tap.watch(seen::add);
          client.containers().delete(made.removeLast());
        }
      });
      made.add(container());
    }
    server.tap.watch(status -> {});
    assertThat(seen).endsWith(429, 200, 200);
    made.forEach(client.containers()::delete);
  }

  @Test
  void aServerThatCannotNowIsAskedAgainByTheSdkItself() {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    server.tap.watch(status -> {
      seen.add(status);
      if (status == 503) {
        server.mendDisk();
      }
    });
    server.breakDisk();
    assertThat(upload("text")).startsWith("file-");
    server.tap.watch(status -> {});
    assertThat(seen).containsExactly(503, 200);
  }

  @Test
  void aTurnThatFailedIsNotDoneAgain() {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    server.tap.watch(seen::add);
    assertThatThrownBy(() ->
            client
                .responses()
                .create(ResponseCreateParams.builder().model("gpt-5").input("[down] Go.").build()))
        .isInstanceOf(InternalServerException.class)
        .hasMessageContaining("out of order");
    server.tap.watch(status -> {});
    assertThat(seen).containsExactly(502);
  }
}
