package dev.sandglass.cli.ask;

import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.common.Json;
import dev.sandglass.common.NoAnswer;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code sandglass ask}: sets up what is missing, starts a server if none runs, asks, shows, saves.
 */
@Command(
    name = "ask",
    description =
        "Ask a question about files; the answer is computed by Python that a model writes.",
    footer = {
      "",
      "Exit status: 0 if an answer came, 1 if not, 2 for wrong arguments, 130 after Ctrl-C.",
      "",
      "Example:",
      "  ./sandglass ask \"Which product earned most? Plot it.\" examples/sales.csv"
    })
public final class AskCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "QUESTION", description = "What you want to know.")
  private String question = "";

  @Parameters(index = "1..*", paramLabel = "FILE", description = "Files to work on.")
  private List<Path> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "sandglass-out",
      description = "Where generated files are saved (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("sandglass-out");

  @Option(names = "--json", description = "Print the response as JSON, nothing else.")
  private boolean json;

  @Option(names = "--quiet", description = "Print the answer and the paths of saved files only.")
  private boolean quiet;

  @Option(names = "--once", description = "If this starts a server, end it after the answer.")
  private boolean once;

  /** Who has set it for an SDK once may have forgotten it. */
  private static final String BY_ENVIRONMENT =
      "sandglass: the model is the one at %s, as OPENAI_BASE_URL says; unset it to ask the local one";

  @Mixin private Endpoint endpoint = new Endpoint();

  @Override
  public Integer call() throws InterruptedException {
    check(question, files, out);
    endpoint.fromEnvironment().ifPresent(url -> System.err.println(BY_ENVIRONMENT.formatted(url)));
    Setup.forQuestions(endpoint.configured()).run(System.err, Terminal.stderr());
    LocalServer local = new LocalServer(endpoint.home());
    LocalServer.Found found = local.findOrStart(endpoint.serveArguments());
    try {
      return ask(new ApiClient(found.server().url(), found.server().key()));
    } finally {
      if (once && found.started()) {
        local.stop(found.server());
      }
    }
  }

  /** Says what is wrong before anything is set up, started or asked. */
  static void check(String question, List<Path> files, Path out) {
    if (question.isBlank()) {
      throw new WrongArguments("the question is empty");
    }
    if (files.isEmpty() && isFile(question)) {
      throw new WrongArguments(
          "that is a file and no question: ./sandglass ask \"What is …?\" " + question);
    }
    for (Path file : files) {
      if (Files.isDirectory(file)) {
        throw new WrongArguments("a directory, not a file: " + file + ". Name the files in it.");
      }
      if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
        throw new WrongArguments("no readable file: " + file);
      }
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new WrongArguments("--out names a file, not a directory: " + out);
    }
  }

  private static boolean isFile(String question) {
    try {
      return Files.isRegularFile(Path.of(question));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private int ask(ApiClient api) throws InterruptedException {
    PrintStream stdout = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    TurnView view = new TurnView(stdout, Terminal.stdout());
    boolean live = !json && !quiet;
    JsonNode response =
        new Question(api)
            .ask(
                endpoint.model(),
                question,
                files,
                (type, event) -> {
                  if (live) {
                    view.on(type, event);
                  }
                });
    view.end();
    if (quiet && !json) { // before what may fail: the answer has been paid for
      stdout.println(Printable.clean(answer(response)));
      stdout.flush();
    }
    List<Path> saved = new GeneratedFiles(api, out).save(response);
    if (json) {
      ObjectNode whole = (ObjectNode) response;
      saved.forEach(path -> whole.withArray("saved_files").add(path.toString()));
      stdout.println(Json.MAPPER.writeValueAsString(whole));
    } else {
      saved.forEach(path -> stdout.println(quiet ? path.toString() : "saved " + path));
    }
    stdout.flush();
    return outcome(response);
  }

  private int outcome(JsonNode response) {
    String status = response.path("status").asString("");
    if (status.equals("failed")) {
      throw new SandglassException(
          Kind.UNAVAILABLE, response.path("error").path("message").asString("the turn failed"));
    }
    if (answer(response).isBlank()) {
      System.err.println("sandglass: no answer came (status " + Printable.clean(status) + ")");
      return 1;
    }
    if (status.equals("incomplete")) {
      System.err.println(
          "sandglass: the answer is incomplete: "
              + Printable.clean(
                  response.path("incomplete_details").path("reason").asString("unknown reason")));
      return 1;
    }
    return answer(response).contains(NoAnswer.SENTENCE) ? 1 : 0; // it has been said
  }

  private static String answer(JsonNode response) {
    StringBuilder text = new StringBuilder();
    for (JsonNode item : response.path("output")) {
      for (JsonNode part : item.path("content")) {
        @Nullable String t = part.path("text").asString(null);
        if (t != null) {
          text.append(text.isEmpty() ? "" : "\n").append(t);
        }
      }
    }
    return text.toString();
  }
}
