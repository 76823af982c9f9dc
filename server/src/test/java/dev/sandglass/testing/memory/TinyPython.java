package dev.sandglass.testing.memory;

import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellOutput.Display;
import dev.sandglass.sandbox.CellOutput.Stream;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The few sentences of Python that tests of the layers above need, understood as Python understands
 * them; any other is a mistake of the test. Variables live as long as this does. For one thread.
 */
final class TinyPython {

  /** How a cell came to its end. */
  enum End {
    DONE,
    RAISED,
    EXITED,
    /** Goes round until it is stopped. */
    LOOPS
  }

  private static final Pattern PRINT = Pattern.compile("print\\((.*?)(, flush=True)?\\)");
  private static final Pattern ASSIGN = Pattern.compile("(\\w+) = (.+)");
  private static final Pattern WRITE =
      Pattern.compile("open\\('([^']*)', '([wa])'\\)\\.write\\('([^']*)'\\)");
  private static final Pattern READ = Pattern.compile("open\\('([^']*)'\\)\\.read\\(\\)");
  private static final Pattern REMOVE = Pattern.compile("os\\.remove\\('([^']*)'\\)");
  private static final Pattern RAISE = Pattern.compile("raise (\\w+)\\('([^']*)'\\)");

  private final MemoryFiles files;
  private final Map<String, String> variables = new HashMap<>();

  TinyPython(MemoryFiles files) {
    this.files = files;
  }

  private static final class Raised extends RuntimeException {
    final String name;

    Raised(String name, String value) {
      super(value);
      this.name = name;
    }
  }

  End run(String code, CellListener listener) {
    List<String> statements =
        code.lines()
            .flatMap(line -> List.of(line.split("; ")).stream())
            .map(String::strip)
            .toList();
    try {
      for (int i = 0; i < statements.size(); i++) {
        End end = statement(statements.get(i), i == statements.size() - 1, listener);
        if (end != End.DONE) {
          return end;
        }
      }
      return End.DONE;
    } catch (Raised e) {
      String brief = e.name + ": " + e.getMessage();
      listener.onOutput(
          new CellOutput.Error(
              e.name, String.valueOf(e.getMessage()), "Traceback …\n" + brief, brief));
      return End.RAISED;
    }
  }

  private End statement(String s, boolean last, CellListener listener) {
    Matcher print = PRINT.matcher(s);
    Matcher assign = ASSIGN.matcher(s);
    Matcher remove = REMOVE.matcher(s);
    Matcher raise = RAISE.matcher(s);
    if (s.isEmpty() || s.startsWith("#") || s.startsWith("import ")) {
      return End.DONE;
    } else if (s.equals("while True: pass")) {
      return End.LOOPS;
    } else if (s.startsWith("from ")) {
      throw new Raised("ModuleNotFoundError", "there are no modules here"); // of file cards
    } else if (s.startsWith("os._exit(")) {
      return End.EXITED;
    } else if (s.equals("os.fork()")) {
      return End.DONE; // there are no processes here, so none is left behind
    } else if (print.matches()) {
      listener.onOutput(new Stream(Stream.Name.STDOUT, value(print.group(1)) + "\n"));
    } else if (raise.matches()) {
      throw new Raised(raise.group(1), raise.group(2));
    } else if (remove.matches()) {
      if (!files.remove(remove.group(1))) {
        throw new Raised("FileNotFoundError", "[Errno 2] No such file: " + remove.group(1));
      }
    } else if (assign.matches()) {
      variables.put(assign.group(1), value(assign.group(2)));
    } else {
      String value = value(s);
      if (last) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        listener.onOutput(
            new Display(Display.Kind.RESULT, List.of(new CellOutput.Part("text/plain", text))));
      }
    }
    return End.DONE;
  }

  private String value(String expression) {
    String e = expression.strip();
    Matcher write = WRITE.matcher(e);
    Matcher read = READ.matcher(e);
    if (write.matches()) {
      return write(write.group(1), write.group(2).equals("a"), write.group(3));
    } else if (read.matches()) {
      byte[] content = files.find(read.group(1));
      if (content == null) {
        throw new Raised("FileNotFoundError", "[Errno 2] No such file: " + read.group(1));
      }
      return new String(content, StandardCharsets.UTF_8);
    } else if (e.equals("os.listdir('.')")) {
      return files.list(Integer.MAX_VALUE).stream()
          .map(FileStat::path)
          .collect(Collectors.joining("', '", "['", "']"))
          .replace("['']", "[]");
    } else if (e.matches("'[^']*'")) {
      return e.substring(1, e.length() - 1);
    } else if (e.matches("\\d+")) {
      return e;
    } else if (e.contains(" + ")) {
      String[] sum = e.split(" \\+ ", 2);
      return Long.toString(Long.parseLong(value(sum[0])) + Long.parseLong(value(sum[1])));
    } else if (e.contains(" * ")) {
      String[] product = e.split(" \\* ", 2);
      return Long.toString(Long.parseLong(value(product[0])) * Long.parseLong(value(product[1])));
    } else if (e.matches("\\w+")) {
      String value = variables.get(e);
      if (value == null) {
        throw new Raised("NameError", "name '" + e + "' is not defined");
      }
      return value;
    }
    throw new IllegalArgumentException("this Python is too tiny for: " + expression);
  }

  private String write(String path, boolean append, String text) {
    String relative = path.startsWith("/mnt/data/") ? path.substring("/mnt/data/".length()) : path;
    byte[] before = append ? files.find(relative) : null;
    String whole = (before == null ? "" : new String(before, StandardCharsets.UTF_8)) + text;
    files.put(relative, whole.getBytes(StandardCharsets.UTF_8));
    return Integer.toString(text.length());
  }
}
