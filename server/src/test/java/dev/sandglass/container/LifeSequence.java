package dev.sandglass.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.billing.Usage;
import dev.sandglass.billing.Used;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Edition;
import dev.sandglass.container.LifeModel.Box;
import dev.sandglass.file.FileService;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellOutput;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.store.PageRequest;
import dev.sandglass.testing.MovingClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One random sequence of operations and clock moves, done to the real services and to {@link
 * LifeModel}; they must agree after each step. The same seed is the same sequence.
 */
final class LifeSequence {

  /** The real services. */
  record World(
      ContainerService containers,
      ContainerFiles files,
      FileService uploads,
      Usage usage,
      MovingClock clock,
      List<String> projects) {}

  private record Turn(Box box, ContainerUse use) {}

  private static final List<Duration> MOVES =
      List.of(
          Duration.ofMillis(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(59),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofSeconds(1199),
          Duration.ofMinutes(19),
          Duration.ofMinutes(20),
          Duration.ofMinutes(41),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofDays(29),
          Duration.ofDays(30));
  private static final PageRequest ALL = new PageRequest(1000, false, null);

  private final World world;
  private final Random random;
  private final LifeModel model = new LifeModel();
  private final List<Turn> turns = new ArrayList<>();
  private final Instant begun;
  private int names;

  LifeSequence(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
    this.begun = world.clock().instant();
  }

  /** Does the sequence; throws if the services and the model don't agree. */
  void run() throws Exception {
    int steps = 8 + random.nextInt(16);
    create();
    for (int i = 0; i < steps; i++) {
      step();
      agree();
    }
    for (Turn t : List.copyOf(turns)) {
      end(t);
    }
    agreeAll();
    world.containers().sweep();
    agreeAll();
    feesAgree();
    world.clock().move(LifeModel.RETENTION.plus(LifeModel.HOUR).plusDays(1));
    world.containers().sweep();
    model.settle(now());
    agreeAll();
    assertThat(model.boxes).as("forgotten, all").allMatch(b -> b.deleted);
    feesAgree();
    world.clock().move(Duration.ofSeconds(1)); // the next sequence's fees are its own
  }

  private Instant now() {
    return world.clock().instant();
  }

  private void step() throws Exception {
    int dice = random.nextInt(100);
    if (dice < 10) {
      create();
    } else if (dice < 35) {
      move(MOVES.get(random.nextInt(random.nextInt(4) == 0 ? MOVES.size() : 9)));
    } else if (dice < 40) {
      world.containers().sweep();
    } else if (dice < 50) {
      begin(box(), project());
    } else if (dice < 70 && !turns.isEmpty()) {
      cell(turns.get(random.nextInt(turns.size())));
    } else if (dice < 78 && !turns.isEmpty()) {
      end(turns.get(random.nextInt(turns.size())));
    } else if (dice < 84) {
      retrieve(box(), project());
    } else if (dice < 89) {
      add(box(), project());
    } else if (dice < 92) {
      deleteFile(box(), project());
    } else if (dice < 97) {
      read(box(), project());
    } else {
      delete(box(), project());
    }
    model.settle(now());
  }

  /** As the housekeeping comes round every few seconds, nothing is forgotten long before it. */
  private void move(Duration by) {
    world.clock().move(by);
    long before = model.boxes.stream().filter(b -> b.deleted).count();
    model.settle(now());
    if (model.boxes.stream().filter(b -> b.deleted).count() > before) {
      world.containers().sweep();
    }
  }

  private Box box() {
    return model.boxes.get(random.nextInt(model.boxes.size()));
  }

  private String project() {
    return world.projects().get(random.nextInt(10) == 0 ? 1 : 0);
  }

  private void create() throws InterruptedException {
    boolean explicit = random.nextBoolean();
    Edition edition = random.nextInt(3) == 0 ? Edition.OPENAI : Edition.GUIDE;
    Duration idle = Duration.ofMinutes(random.nextBoolean() ? 20 : 1 + random.nextInt(20));
    String project = project();
    Container made =
        world
            .containers()
            .create(
                project,
                new CreateContainer(null, List.of(), idle, null, !explicit, null, edition));
    Box b = new Box(made.id(), project, edition, idle, now());
    model.boxes.add(b);
    if (explicit) {
      world.containers().prepare(made);
      b.session = now();
    }
  }

  private void begin(Box b, String project) {
    Optional<Kind> refused =
        refused(() -> turns.add(new Turn(b, world.containers().use(project, b.id))));
    assertThat(refused).isEqualTo(expected(b, project));
    if (refused.isEmpty()) {
      b.turns++;
      b.used = now();
    }
  }

  /** What an operation that needs a living container says. */
  private static Optional<Kind> expected(Box b, String project) {
    if (!LifeModel.seen(b, project)) {
      return Optional.of(Kind.NOT_FOUND);
    }
    return LifeModel.alive(b) ? Optional.empty() : Optional.of(Kind.INVALID);
  }

  private void cell(Turn t) throws InterruptedException {
    Box b = t.box();
    String path = "cell-" + random.nextInt(2) + ".txt";
    String content = "v" + random.nextInt(1000);
    StringBuilder printed = new StringBuilder();
    String code =
        "_ = open('%s', 'w').write('%s')\nprint(open('%s').read())".formatted(path, content, path);
    CellListener listener =
        o -> {
          if (o instanceof CellOutput.Stream s) {
            printed.append(s.text());
          }
        };
    CellOutcome outcome;
    try {
      outcome = t.use().run("cell_" + UUID.randomUUID(), code, listener);
    } catch (SandglassException e) {
      assertThat(b.deleted).as("only a deleted container refuses its turn's cells: " + e).isTrue();
      return;
    }
    assertThat(b.deleted).isFalse();
    assertThat(outcome.result().status()).isEqualTo(CellResult.Status.OK);
    assertThat(printed).hasToString(content + "\n");
    String absolute = ContainerFile.ROOT + path;
    b.files.put(absolute, content);
    outcome.changed().forEach(f -> b.ids.put(f.path(), f.id()));
    if (b.session == null) {
      b.session = now();
    }
  }

  private void end(Turn t) {
    t.use().close();
    turns.remove(t);
    t.box().turns--;
    if (LifeModel.alive(t.box())) {
      t.box().used = now();
    }
    model.settle(now());
  }

  private void retrieve(Box b, String project) {
    Optional<Container> found = world.containers().retrieve(project, b.id);
    assertThat(found.isPresent()).isEqualTo(LifeModel.seen(b, project));
    if (found.isPresent() && LifeModel.alive(b)) {
      b.used = now();
    }
  }

  private void add(Box b, String project) throws Exception {
    String content = "upload " + names++;
    Optional<Kind> refused =
        refused(() -> {
          try (var upload = world.uploads().receive(bytes(content))) {
            ContainerFile f = world.files().add(project, b.id, "up" + names + ".txt", upload);
            b.files.put(f.path(), content);
            b.ids.put(f.path(), f.id());
          }
        });
    assertThat(refused).isEqualTo(expected(b, project));
    touchIf(refused.isEmpty(), b);
  }

  private void touchIf(boolean used, Box b) {
    if (used && LifeModel.alive(b)) {
      b.used = now();
    }
  }

  private void deleteFile(Box b, String project) {
    Optional<String> path = anyFile(b);
    if (path.isEmpty()) {
      return;
    }
    String id = Objects.requireNonNull(b.ids.get(path.get()));
    Optional<Kind> refused = refused(() -> world.files().delete(project, b.id, id));
    assertThat(refused).isEqualTo(expected(b, project));
    if (refused.isEmpty()) {
      b.files.remove(path.get());
      b.ids.remove(path.get());
    }
    touchIf(refused.isEmpty(), b);
  }

  private Optional<String> anyFile(Box b) {
    List<String> paths = b.files.keySet().stream().sorted().toList();
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(paths.get(random.nextInt(paths.size())));
  }

  /** By the container's route and by the file's id alone. */
  private void read(Box b, String project) throws Exception {
    Optional<String> path = anyFile(b);
    if (path.isEmpty()) {
      return;
    }
    String id = Objects.requireNonNull(b.ids.get(path.get()));
    boolean there = LifeModel.seen(b, project) && LifeModel.showsFiles(b);
    List<ContainerFile> found = new ArrayList<>();
    Optional<Kind> refused = refused(() -> found.add(world.files().find(project, b.id, id)));
    assertThat(refused).isEqualTo(there ? Optional.empty() : Optional.of(Kind.NOT_FOUND));
    Optional<ContainerFile> anywhere = world.files().findAnywhere(project, id);
    assertThat(anywhere.isPresent()).isEqualTo(there);
    for (ContainerFile f : found) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      world.files().content(f).copy(0, -1, out);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(b.files.get(path.get()));
    }
    touchIf(LifeModel.seen(b, project), b);
  }

  private void delete(Box b, String project) {
    Optional<Kind> refused = refused(() -> world.containers().delete(project, b.id));
    assertThat(refused)
        .isEqualTo(LifeModel.seen(b, project) ? Optional.empty() : Optional.of(Kind.NOT_FOUND));
    if (refused.isEmpty()) {
      b.ended = b.ended == null ? now() : b.ended;
      b.deleted = true;
    }
  }

  private void agreeAll() {
    world.projects().forEach(this::agree);
  }

  private void agree() {
    agree(world.projects().get(random.nextInt(4) == 0 ? 1 : 0));
  }

  /** Lists, which are no use, show what the model knows. */
  private void agree(String project) {
    Map<String, String> expected = new TreeMap<>();
    model.boxes.stream()
        .filter(b -> LifeModel.seen(b, project))
        .forEach(b -> expected.put(b.id, LifeModel.status(b, now())));
    Map<String, String> listed = new TreeMap<>();
    world
        .containers()
        .list(project, null, ALL)
        .data()
        .forEach(c -> listed.put(c.id(), world.containers().status(c, Edition.GUIDE)));
    assertThat(listed).isEqualTo(expected);
    Box b = box();
    if (LifeModel.seen(b, b.project) && LifeModel.showsFiles(b)) {
      assertThat(world.files().list(b.project, b.id, ALL).data())
          .extracting(ContainerFile::path)
          .containsExactlyInAnyOrderElementsOf(b.files.keySet());
    }
  }

  /** The sum of the rows is the sum of the model's fees, for each project. */
  private void feesAgree() {
    for (String project : world.projects()) {
      long due =
          model.boxes.stream()
              .filter(b -> b.project.equals(project))
              .mapToLong(b -> LifeModel.fees(b, now()))
              .sum();
      Usage.Answer answer =
          world
              .usage()
              .ask(
                  new Usage.Query(
                      begun,
                      now().plusMillis(1),
                      Duration.ofDays(1_000_000),
                      List.of(project),
                      null,
                      EnumSet.noneOf(Usage.Group.class),
                      1000));
      List<Used> used = answer.buckets().stream().flatMap(b -> b.results().stream()).toList();
      assertThat(used.stream().mapToLong(Used::sessions).sum()).as("sessions").isEqualTo(due);
      assertThat(used.stream().map(Used::cost).reduce(BigDecimal.ZERO, BigDecimal::add))
          .as("dollars")
          .isEqualByComparingTo(new BigDecimal("0.03").multiply(BigDecimal.valueOf(due)));
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static Optional<Kind> refused(Action action) {
    try {
      action.run();
      return Optional.empty();
    } catch (SandglassException e) {
      return Optional.of(e.kind());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
