package dev.sandglass.cli.eval;

import dev.sandglass.cli.ask.Endpoint;
import dev.sandglass.cli.ask.Terminal;
import dev.sandglass.cli.local.ApiClient;
import dev.sandglass.cli.local.LocalServer;
import dev.sandglass.cli.local.Program;
import dev.sandglass.cli.local.RunFile;
import dev.sandglass.cli.setup.Setup;
import dev.sandglass.config.Config;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code sandglass eval}: asks a set of questions, judges the answers, says how many were right.
 */
@Command(
    name = "eval",
    description = "Ask the evaluation's questions and judge the answers by computed values.",
    footer = {"", "The sets and their checks are described in eval/README.md."})
public final class EvalCommand implements Callable<Integer> {

  @Option(
      names = "--set",
      paramLabel = "NAME",
      description = "Another set in eval/, such as holdout.")
  private @Nullable String set;

  @Option(
      names = "--only",
      paramLabel = "ID",
      split = ",",
      description = "These questions only, by id.")
  private List<String> only = List.of();

  @Option(
      names = "--rejudge",
      paramLabel = "FILE",
      description = "Ask nothing; judge the answers that an earlier run has kept in FILE.")
  private @Nullable Path rejudge;

  @Option(
      names = "--shuffle",
      description =
          "Also hold every answer against every other question's values: close to 0 if the judge is"
              + " strict.")
  private boolean shuffle;

  @Option(names = "--json", description = "Print the result as JSON, nothing else.")
  private boolean json;

  @Option(names = "--markdown", description = "Print the result as a table for docs/eval.md.")
  private boolean markdown;

  @Mixin private Endpoint endpoint = new Endpoint();

  @Override
  public Integer call() throws InterruptedException {
    Path folder = Program.root().resolve("eval");
    QuestionSet questions = QuestionSet.load(set == null ? folder : folder.resolve(set));
    if (!only.isEmpty()) {
      questions = questions.only(new LinkedHashSet<>(only));
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<Attempt> attempts = rejudge != null ? new Attempts(rejudge).read() : ask(questions, out);
    print(questions, attempts, out);
    return 0;
  }

  private List<Attempt> ask(QuestionSet questions, PrintStream out) throws InterruptedException {
    Setup.forQuestions(endpoint.configured()).run(System.err, Terminal.stderr());
    RunFile server =
        new LocalServer(endpoint.home()).findOrStart(endpoint.serveArguments()).server();
    ApiAsker asker = new ApiAsker(new ApiClient(server.url(), server.key()), endpoint.model());
    Attempts kept = new Attempts(keptFile());
    List<Attempt> attempts = new ArrayList<>();
    try {
      for (EvalQuestion question : questions.questions()) {
        Attempt attempt = asker.ask(question, questions.files());
        kept.add(attempt);
        attempts.add(attempt);
        if (!json && !markdown) {
          Verdict.of(questions, List.of(attempt)).forEach(v -> out.println(Report.line(v)));
        }
      }
    } finally {
      System.err.println("answers kept in " + kept.file());
    }
    return attempts;
  }

  private Path keptFile() {
    String now =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    String name = (set == null ? "eval" : set) + "-" + now + ".jsonl";
    return Config.defaults().storage().homeDir().resolve("eval").resolve(name);
  }

  private void print(QuestionSet questions, List<Attempt> attempts, PrintStream out) {
    List<Verdict> verdicts = Verdict.of(questions, attempts);
    if (json) {
      out.println(Report.json(verdicts));
    } else if (markdown) {
      out.print(Report.markdown(verdicts));
    } else {
      if (rejudge != null) {
        verdicts.forEach(verdict -> out.println(Report.line(verdict)));
      }
      out.println(Report.total(Score.of(verdicts)));
    }
    if (shuffle) {
      // On stderr with --json and --markdown, whose output is for others to read.
      (json || markdown ? System.err : out)
          .printf(
              Locale.ROOT,
              "shuffled: %.2f %% of all answers solve a question that is not theirs%n",
              Verdict.shareOfWrongPairs(questions, attempts) * 100);
    }
  }
}
