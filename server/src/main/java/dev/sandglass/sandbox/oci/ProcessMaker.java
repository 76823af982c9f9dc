package dev.sandglass.sandbox.oci;

import dev.sandglass.sandbox.ContainerSpec;
import dev.sandglass.sandbox.SandboxException;
import dev.sandglass.sandbox.protocol.ForkRequest;
import dev.sandglass.sandbox.protocol.KernelLimits;
import dev.sandglass.sandbox.protocol.PeerCheck;
import dev.sandglass.sandbox.protocol.SupervisorClient;
import dev.sandglass.sandbox.protocol.ZygoteClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes containers that are nothing but processes and two directories, and finds those of an
 * earlier server again. Thread-safe.
 */
final class ProcessMaker implements ZygoteClient.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessMaker.class);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration END = Duration.ofSeconds(10);

  private final SandboxHome home;
  private final Ledger ledger;
  private final OciConfig.Backups backups;
  private final Disks disks;
  private final Map<String, OciContainer> living = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Void>> ends = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** A container's, in place of a uid: names its socket. */
  private final AtomicInteger numbers = new AtomicInteger(1);

  private volatile @Nullable ZygoteClient zygote; // set once it has answered

  ProcessMaker(SandboxHome home, Ledger ledger, OciConfig.Backups backups, Disks disks) {
    this.home = home;
    this.ledger = ledger;
    this.backups = backups;
    this.disks = disks;
  }

  void joined(ZygoteClient client) {
    zygote = client;
  }

  private ZygoteClient zygote() {
    ZygoteClient client = zygote;
    if (client == null) {
      throw new IllegalStateException("not connected");
    }
    return client;
  }

  Collection<OciContainer> living() {
    return living.values();
  }

  OciContainer fork(ContainerSpec spec) throws InterruptedException {
    Cleanup undo = new Cleanup();
    try {
      int number = numbers.getAndAdd(2);
      Path socket = place(spec.id(), number, undo);
      ledger.enter(new Ledger.Fork(spec.id(), spec, number));
      Files.deleteIfExists(socket);
      Path data = OwnTrees.make(home.data().resolve(spec.id()).resolve("data"));
      OwnTrees.make(data.resolveSibling("tmp"));
      ends.put(spec.id(), new CompletableFuture<>());
      endWith(undo, spec.id(), zygote().fork(request(spec, number, socket, data), ANSWER));
      OciContainer container = container(spec.id(), spec, undo);
      container.connect(connect(spec.id(), socket, container));
      living.put(spec.id(), container);
      return container;
    } catch (IOException e) {
      undo.close();
      throw ContainerMaker.failed("A container could not be made", e);
    } catch (RuntimeException | InterruptedException e) {
      undo.close();
      throw e;
    }
  }

  /** Takes the containers that go on, and ends and removes whatever else an earlier server left. */
  void findAll() throws IOException, InterruptedException {
    Map<String, Long> found = new HashMap<>(zygote().greeting().containers());
    for (Ledger.Fork fork : ledger.forks()) {
      numbers.accumulateAndGet(fork.uid() + 2, Math::max);
      find(fork, found.remove(fork.name()));
    }
    found.values().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }

  private void find(Ledger.Fork fork, @Nullable Long pid) throws InterruptedException {
    Cleanup undo = new Cleanup();
    Path socket = place(fork.name(), fork.uid(), undo);
    try {
      if (pid == null) {
        throw new IOException("it has ended");
      }
      ends.put(fork.name(), new CompletableFuture<>());
      endWith(undo, fork.name(), pid);
      OciContainer container = container(fork.name(), fork.spec(), undo);
      SupervisorClient client = connect(fork.name(), socket, container);
      container.reconnect(client);
      if (client.greeting().isNew()) {
        throw new IOException("nothing has run in it yet");
      }
      living.put(fork.name(), container);
    } catch (IOException | SandboxException e) {
      LOG.info("container {} is not taken over: {}", fork.spec().id(), e.getMessage());
      undo.close();
    }
  }

  /** Has what a container leaves on the host removed; returns where its socket is. */
  private Path place(String name, int number, Cleanup undo) {
    Path socket = home.sockets().resolve(number + ".sock");
    undo.add("record of " + name, () -> ledger.strike(name));
    undo.add("files of " + name, () -> OwnTrees.delete(home.data().resolve(name)));
    undo.add("socket of " + name, () -> Files.deleteIfExists(socket));
    return socket;
  }

  private void endWith(Cleanup undo, String name, long pid) {
    ProcessHandle supervisor = ProcessHandle.of(pid).orElse(null);
    undo.add("processes of " + name, () -> end(name, supervisor));
  }

  /** Its zygote ends what the supervisor leaves, and says so then. */
  private void end(String name, @Nullable ProcessHandle supervisor)
      throws IOException, InterruptedException {
    if (supervisor != null) {
      supervisor.destroyForcibly();
    }
    try {
      CompletableFuture<Void> end = ends.getOrDefault(name, gone);
      CompletableFuture.anyOf(end, gone).get(END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("its zygote doesn't say that it has ended", e);
    } finally {
      ends.remove(name);
    }
  }

  private OciContainer container(String name, ContainerSpec spec, Cleanup undo) {
    KernelLimits kernel =
        new KernelLimits(spec.memoryBytes(), backups.reserveBytes(), backups.cost(), backups.on());
    return new OciContainer(
        name,
        spec,
        kernel,
        () -> disks.full(spec),
        Cgroups.none().find(name),
        undo,
        () -> living.remove(name));
  }

  private static SupervisorClient connect(String name, Path socket, OciContainer container)
      throws IOException, InterruptedException {
    return SupervisorClient.connect(name, socket, PeerCheck.own(), container, ANSWER);
  }

  private static ForkRequest request(ContainerSpec spec, int number, Path socket, Path data) {
    return new ForkRequest(
        spec.id(),
        number,
        number + 1,
        "sandglass",
        new ForkRequest.Data.Unwalled(data.toString(), spec.disk().bytes()),
        socket.toString(),
        spec.tmpBytes(),
        spec.shmBytes(),
        spec.processes(),
        spec.openFiles());
  }

  @Override
  public void onExited(String name, long pid, int status) {
    @Nullable OciContainer ended = living.get(name);
    if (ended != null) {
      ended.onExited(status);
    }
    @Nullable CompletableFuture<Void> end = ends.get(name);
    if (end != null) {
      end.complete(null);
    }
  }

  @Override
  public void onGone(String why) {
    gone.complete(null);
  }

  /** Completed when the zygote is gone. */
  CompletableFuture<Void> gone() {
    return gone;
  }
}
