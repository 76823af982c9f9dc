package dev.sandglass.sandbox.probe;

import dev.sandglass.sandbox.CellResult.Status;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxContainer.Collision;
import dev.sandglass.sandbox.SandboxContainer.FileStat;
import dev.sandglass.sandbox.SandboxDriver;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.probe.Finding.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Attempts that need the server's hand: uploads with hostile names, downloads of what code has
 * planted, archives that grow, a kernel that lies to its supervisor.
 */
public final class OuterProbes {

  private static final String AREA = "server";
  private static final Duration TIME = Duration.ofSeconds(30);

  /** A bomb takes seconds to make, and more on a busy host. */
  private static final Duration PREPARATION = Duration.ofMinutes(2);

  private static final int TINY = 4096;

  private OuterProbes() {}

  /** Made in a fresh container; says how it was stopped. */
  private interface Attempt {
    String make(SandboxContainer container) throws IOException, InterruptedException, Through;
  }

  private record Probe(String name, String tries, String must, Attempt attempt) {}

  private static final class Through extends Exception {
    Through(String how) {
      super(how);
    }
  }

  private static final String ZIP =
      """
      import zipfile
      with zipfile.ZipFile('/mnt/data/bomb.zip', 'w', zipfile.ZIP_DEFLATED) as z:
          with z.open('zeros.csv', 'w', force_zip64=True) as f:
              for _ in range(48): f.write(b'0' * (16 << 20))
      name = '/mnt/data/bomb.zip'
      """;

  private static final String GZIP =
      """
      import gzip
      with gzip.open('/mnt/data/bomb.csv.gz', 'wb', 1) as f:
          for _ in range(48): f.write(b'0,0,0,0\\n' * (2 << 20))
      name = '/mnt/data/bomb.csv.gz'
      """;

  private static final List<Probe> ALL =
      List.of(
          new Probe(
              "upload-names",
              "upload files called ../x, /etc/x, a/../../x, .., a name with NUL, one of 300 bytes",
              "refused, or below /mnt/data",
              OuterProbes::names),
          new Probe(
              "upload-through-link",
              "plant a link to /tmp as a folder, and have an upload go through it",
              "refused",
              OuterProbes::throughLink),
          new Probe(
              "upload-onto-link",
              "plant a link to a file in /tmp, and have an upload replace it",
              "the link is replaced, what it points to stays",
              OuterProbes::ontoLink),
          new Probe(
              "download-links",
              "plant links to /etc/passwd, /proc/self/environ, /proc/1/mem, .., and have them read",
              "refused",
              OuterProbes::links),
          new Probe(
              "download-fifo",
              "plant a pipe that never says anything, and have it read",
              "refused at once",
              OuterProbes::fifo),
          new Probe(
              "download-swap",
              "exchange a folder for a link to /etc again and again while a file in it is read",
              "the code's own file or nothing",
              OuterProbes::swap),
          new Probe(
              "delete-through-link",
              "plant a link to a folder in /tmp, and have a file below it deleted",
              "refused, the file stays",
              OuterProbes::deleteThroughLink),
          new Probe(
              "too-many-files",
              "make 20,000 files, and have them listed",
              "no more than asked for",
              OuterProbes::manyFiles),
          new Probe(
              "zip-bomb",
              "have a ZIP file described that holds 768 MiB of zeros",
              "described or given up within limits",
              c -> bomb(c, ZIP)),
          new Probe(
              "gzip-bomb",
              "have a compressed table described that grows to 768 MiB",
              "described or given up within limits",
              c -> bomb(c, GZIP)),
          new Probe(
              "forged-messages",
              "send the supervisor frames of absurd size and content over the kernel's channel",
              "the kernel is ended, the container goes on",
              OuterProbes::forged));

  /** Runs all, each in a container of its own. */
  public static List<Finding> run(SandboxDriver driver, String project, Consumer<Finding> each)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Probe probe : ALL) {
      Finding finding = Unpromised.judge(driver.name(), one(driver, project, probe));
      each.accept(finding);
      findings.add(finding);
    }
    return findings;
  }

  private static Finding one(SandboxDriver driver, String project, Probe probe)
      throws InterruptedException {
    Finding finding =
        new Finding(probe.name(), AREA, probe.tries(), probe.must(), Verdict.NOT_RUN, "");
    try (SandboxContainer container = driver.create(QuickProbes.spec(project))) {
      return finding.with(Verdict.HELD, probe.attempt().make(container));
    } catch (Through e) {
      return finding.with(Verdict.THROUGH, String.valueOf(e.getMessage()));
    } catch (IOException | SandboxException e) {
      return finding.with(Verdict.NOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  /** Runs code that must end well: it only prepares. */
  private static String prepare(SandboxContainer container, String code)
      throws InterruptedException, IOException {
    ProbeCell.Ended ended = ProbeCell.run(container, code, PREPARATION);
    if (ended.result().status() != Status.OK) {
      throw new IOException("could not be prepared: " + ended.how());
    }
    return ended.stdout();
  }

  private static void write(SandboxContainer container, String path)
      throws IOException, InterruptedException {
    container.write(
        path, new ByteArrayInputStream("new".getBytes(StandardCharsets.UTF_8)), Collision.REPLACE);
  }

  /** What was read, or null if it was refused. */
  private static @org.jspecify.annotations.Nullable String read(
      SandboxContainer container, String path) throws IOException, InterruptedException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      container.read(path, 0, TINY, content);
      return content.toString(StandardCharsets.UTF_8);
    } catch (SandboxException e) {
      return null;
    }
  }

  private static String names(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    List<String> names =
        List.of("../x", "/etc/x", "a/../../x", "..", "../../tmp/x", "a\0b", "x".repeat(300));
    int refused = 0;
    for (String name : names) {
      try {
        write(container, name);
      } catch (SandboxException e) {
        refused++;
      }
    }
    String code =
        "import os\nprint([p for p in ('/etc/x', '/tmp/x', '/x', '/mnt/x') if os.path.exists(p)])";
    String outside = prepare(container, code).strip();
    if (!outside.equals("[]")) {
      throw new Through("written: " + outside);
    }
    return refused + " of " + names.size() + " refused, nothing outside";
  }

  private static String throughLink(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(container, "import os; os.symlink('/tmp', '/mnt/data/out')");
    try {
      write(container, "out/x");
    } catch (SandboxException e) {
      return String.valueOf(e.getMessage());
    }
    throw new Through("written to /tmp/x");
  }

  private static String ontoLink(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(
        container,
        "import os; open('/tmp/t', 'w').write('old'); os.symlink('/tmp/t', '/mnt/data/x')");
    write(container, "x");
    String target = prepare(container, "print(open('/tmp/t').read())").strip();
    if (!target.equals("old")) {
      throw new Through("/tmp/t has been overwritten");
    }
    return "the link was replaced";
  }

  private static String links(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    List<String> targets =
        List.of(
            "/etc/passwd",
            "/proc/self/environ",
            "/proc/1/mem",
            "/proc/self/root/etc/passwd",
            "../../etc/passwd",
            "/dev/zero");
    for (String target : targets) {
      prepare(
          container,
          "import os\nif os.path.lexists('l'): os.unlink('l')\nos.symlink('%s', 'l')"
              .formatted(target));
      String content = read(container, "l");
      if (content != null) {
        throw new Through(target + " was read: " + content.length() + " characters");
      }
    }
    return targets.size() + " refused";
  }

  private static String fifo(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(container, "import os; os.mkfifo('/mnt/data/x')");
    if (read(container, "x") != null) {
      throw new Through("it was read");
    }
    return "refused";
  }

  private static String swap(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(
        container,
        """
        import os, threading, time
        os.mkdir('d'); open('d/passwd', 'w').write('mine'); os.symlink('/etc', 'l')
        def swap():
            until = time.monotonic() + 3
            while time.monotonic() < until:
                os.rename('d', 'k'); os.rename('l', 'd'); os.rename('d', 'l'); os.rename('k', 'd')
        threading.Thread(target=swap, daemon=True).start()
        """);
    int own = 0;
    for (int i = 0; i < 300; i++) {
      String content = read(container, "d/passwd");
      if (content != null && !content.equals("mine")) {
        throw new Through("another file was read in its place");
      }
      own += content == null ? 0 : 1;
    }
    return "of 300 reads " + own + " gave the own file, the others nothing";
  }

  private static String deleteThroughLink(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(
        container,
        "import os; os.mkdir('/tmp/d'); open('/tmp/d/x', 'w'); os.symlink('/tmp/d', '/mnt/data/d')");
    try {
      container.delete("d/x");
    } catch (SandboxException e) {
      // What it should be; the file says what it was.
    }
    if (!prepare(container, "print(os.path.exists('/tmp/d/x'))").strip().equals("True")) {
      throw new Through("/tmp/d/x has been deleted");
    }
    return "the file is still there";
  }

  private static String manyFiles(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    prepare(container, "for i in range(20_000): open(f'/mnt/data/f{i}', 'w').close()");
    List<FileStat> listed = container.list(1_000);
    if (listed.size() > 1_000) {
      throw new Through(listed.size() + " came");
    }
    return listed.size() + " listed";
  }

  private static String bomb(SandboxContainer container, String code)
      throws IOException, InterruptedException {
    prepare(container, code);
    String card = "from sandglass_sandbox.card import main\nmain(name, 4000)";
    ProbeCell.Ended ended = ProbeCell.run(container, card, TIME);
    // However that ended, it was within the container's limits; the container goes on.
    prepare(container, "1");
    return ended.result().status() == Status.OK
        ? "described in " + ended.result().elapsed().toMillis() + " ms"
        : ended.how();
  }

  private static String forged(SandboxContainer container)
      throws IOException, InterruptedException, Through {
    ProbeCell.Ended ended =
        ProbeCell.run(
            container,
            "import os, time\nos.write(3, b'\\xff' * 8 + b'{\"type\":\"end\"}' * 100)\ntime.sleep(5)",
            TIME);
    if (ended.result().status() == Status.OK) {
      throw new Through("the supervisor took it");
    }
    prepare(container, "1");
    return ended.how();
  }
}
