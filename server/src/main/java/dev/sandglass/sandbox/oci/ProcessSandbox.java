package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.SandboxException.Reason;
import dev.sandglass.sandbox.protocol.PeerCheck;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A zygote that is a process of the server's own user, and the containers that come of it: all
 * projects', as nothing keeps them apart anyway. Thread-safe.
 */
final class ProcessSandbox implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessSandbox.class);

  private final String id;
  private final ZygoteClient zygote;
  private final ProcessMaker containers;
  private final Cleanup cleanup;
  private volatile boolean closing; // written by who closes, read by who hears of the end

  private ProcessSandbox(String id, ZygoteClient zygote, ProcessMaker containers, Cleanup cleanup) {
    this.id = id;
    this.zygote = zygote;
    this.containers = containers;
    this.cleanup = cleanup;
    cleanup.add("connection to " + id, zygote::close);
    containers.joined(zygote);
    // Not by the connection's own thread: what is undone includes the connection.
    var _ = containers.gone().thenRunAsync(this::ended, ProcessSandbox::beside);
  }

  private static void beside(Runnable work) {
    Thread.ofVirtual().name("sandbox-end").start(work);
  }

  /** Starts one and waits until its zygote has imported the libraries. */
  static ProcessSandbox start(OciConfig config, Disks disks, String id)
      throws InterruptedException {
    SandboxHome home = SandboxHome.of(config, id);
    Cleanup cleanup = leaving(home);
    try {
      OwnTrees.make(home.run());
      Ledger ledger = Ledger.begin(home.run(), new Ledger.Box("", 0, config.imageDigest()));
      OwnTrees.make(home.sockets());
      OwnTrees.make(home.data());
      ProcessMaker containers = new ProcessMaker(home, ledger, config.backups(), disks);
      ZygoteClient zygote = await(home, run(config, home), containers);
      LOG.info("sandbox {} is ready, imports took {} ms", id, zygote.greeting().importMillis());
      return new ProcessSandbox(id, zygote, containers, cleanup);
    } catch (IOException e) {
      cleanup.close();
      throw ContainerMaker.failed("A sandbox could not be started", e);
    } catch (RuntimeException | InterruptedException e) {
      cleanup.close();
      throw e;
    }
  }

  private static Process run(OciConfig config, SandboxHome home) throws IOException {
    ImagePython python = new ImagePython(config.rootfs().toRealPath());
    Path name = home.run().resolve("python3");
    Path source = config.source().toRealPath();
    Files.writeString(name, python.script(name, source));
    Files.setPosixFilePermissions(name, PosixFilePermissions.fromString("rwx------"));
    Path temporary = OwnTrees.make(home.run().resolve("tmp"));
    Files.writeString(temporary.resolve(ImagePython.FONTS), python.fonts(temporary));
    ProcessBuilder builder =
        new ProcessBuilder(
                python.command(
                    config.runtime(),
                    name,
                    List.of(
                        source.resolve("sandglass_sandbox").toString(),
                        "--system",
                        "unwalled",
                        "--image",
                        python.rootfs().toString(),
                        "--socket",
                        home.zygoteSocket().toString())))
            .directory(home.run().toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log().toFile()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(python.environment(temporary));
    Map.Entry<String, String> mark = Marked.as(home.run());
    environment.put(mark.getKey(), mark.getValue());
    return builder.start();
  }

  private static ZygoteClient await(SandboxHome home, Process process, ProcessMaker containers)
      throws IOException, InterruptedException {
    try {
      return ZygoteDoor.await(home, PeerCheck.own(), process.pid(), containers);
    } catch (SandboxException e) {
      if (process.isAlive()) {
        throw e;
      }
      throw new SandboxException(
          Reason.UNSUPPORTED_HOST,
          "The image's Python ended with status %d. It said: %s"
              .formatted(process.exitValue(), Runtime.tail(home.log())),
          e);
    }
  }

  /**
   * Finds one of an earlier server again, with its containers.
   *
   * @throws IOException if it has ended, or isn't one that this server would make
   */
  static ProcessSandbox find(OciConfig config, Disks disks, String id)
      throws IOException, InterruptedException {
    SandboxHome home = SandboxHome.of(config, id);
    Ledger ledger = Ledger.in(home.run());
    Ledger.Box box = ledger.box().orElseThrow(() -> new IOException("it has no record"));
    if (!box.imageDigest().equals(config.imageDigest())) {
      throw new IOException("it runs on another image, " + box.imageDigest());
    }
    ProcessMaker containers = new ProcessMaker(home, ledger, config.backups(), disks);
    ZygoteClient zygote = ZygoteDoor.connect(home, PeerCheck.own(), containers);
    ProcessSandbox sandbox = new ProcessSandbox(id, zygote, containers, leaving(home));
    containers.findAll();
    LOG.info("sandbox {} is found again, with {} containers", id, containers.living().size());
    return sandbox;
  }

  /** Ends and removes whatever there is of one. */
  static void end(OciConfig config, String id) {
    leaving(SandboxHome.of(config, id)).close();
  }

  private static Cleanup leaving(SandboxHome home) {
    Cleanup cleanup = new Cleanup();
    cleanup.add("directory " + home.run(), () -> OwnTrees.delete(home.run()));
    cleanup.add("directory " + home.data(), () -> OwnTrees.delete(home.data()));
    cleanup.add("processes of " + home.id(), () -> Marked.end(home.run()));
    return cleanup;
  }

  ProcessMaker containers() {
    return containers;
  }

  boolean alive() {
    return zygote.isOpen();
  }

  private void ended() {
    if (!closing) {
      LOG.warn("sandbox {} has ended, and all its containers with it", id);
      close();
    }
  }

  /** Lets go of it and of its containers, which go on. */
  void detach() {
    closing = true;
    containers.living().forEach(OciContainer::detach);
    zygote.close();
  }

  /** Returns when all of it is gone, whoever has begun to end it. */
  @Override
  public synchronized void close() {
    closing = true;
    containers.living().forEach(OciContainer::close);
    cleanup.close();
  }
}
