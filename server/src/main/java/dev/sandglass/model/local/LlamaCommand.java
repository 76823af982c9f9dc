package dev.sandglass.model.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How {@code llama-server} is called and what its output tells. Pure. */
final class LlamaCommand {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  /** Printed once the weights are loaded; with port 0 the only way to learn the port. */
  private static final Pattern LISTENING =
      Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d{1,5})");

  private LlamaCommand() {}

  static List<String> line(LocalModelSettings settings) {
    return line(settings, Files.isExecutable(SETPRIV));
  }

  static List<String> line(LocalModelSettings settings, boolean setpriv) {
    List<String> line = new ArrayList<>();
    if (setpriv) {
      // The kernel ends the child when the thread that started it ends: also after kill -9 of this
      // process.
      line.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
    }
    line.add(settings.server().toString());
    line.addAll(List.of("--model", settings.weights().toString(), "--alias", settings.name()));
    line.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
    line.addAll(List.of("--ctx-size", Integer.toString(settings.contextTokens())));
    line.addAll(List.of("--parallel", "1"));
    line.addAll(List.of("--threads", Integer.toString(settings.threadsTaken())));
    line.addAll(List.of("--cache-ram", Long.toString(settings.cacheBytes() >> 20)));
    FixedPrompt prompt = settings.prompt();
    if (prompt != null) {
      line.addAll(List.of("--slot-save-path", prompt.folder().toString()));
    }
    line.addAll(List.of("--jinja", "--no-webui", "--offline"));
    return List.copyOf(line);
  }

  /**
   * Sets up the child's environment: the key where {@code ps} doesn't show it, and nothing that
   * changes options.
   */
  static void environment(Map<String, String> environment, String apiKey) {
    environment.keySet().removeIf(name -> name.startsWith("LLAMA_") || name.startsWith("GGML_"));
    environment.put("LLAMA_API_KEY", apiKey);
  }

  /** The port, if this line of output tells it. */
  static @Nullable Integer port(String line) {
    Matcher matcher = LISTENING.matcher(line);
    return matcher.find() ? Integer.valueOf(matcher.group(1)) : null;
  }
}
