package dev.sandglass.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured, with its default: the one place where a limit has its name and
 * value. Immutable. Read by {@link ConfigLoader} from one YAML file, with environment variables and
 * flags over it; docs/configuration.md is generated from this record.
 */
public record Config(
    @Setting(
            value = "guide",
            doc =
                "Which edition of the API is spoken: `guide` as the guide documents it, `openai`"
                    + " as today's hosted service behaves (docs/compatibility.md). A key may have"
                    + " its own: `sandglass key create --edition`.")
        Edition edition,
    Server server,
    Storage storage,
    Files files,
    Sandbox sandbox,
    Container container,
    Billing billing,
    Turn turn,
    Models models,
    Auth auth,
    Log log) {

  /** All defaults. */
  public static Config defaults() {
    return of(Map.of());
  }

  /** Defaults with some settings changed, by path: {@code server.port} → {@code 0}. */
  public static Config of(Map<String, String> settings) {
    return ConfigLoader.load(null, Map.of(), settings);
  }

  /** The HTTP server. */
  public record Server(
      @Setting(value = "127.0.0.1", doc = "The address to listen on; `0.0.0.0` for all.")
          String host,
      @Setting(value = "8080", min = "0", max = "65535", doc = "The port; 0 takes a free one.")
          int port,
      @Setting(
              value = "10s",
              doc = "How long running requests may still take when the server is told to stop.")
          Duration stopTime,
      @Setting(
              value = "2s",
              min = "100ms",
              doc =
                  "How often a comment line keeps an open stream alive. A client that hung up is"
                      + " noticed within two of them.")
          Duration keepAlive,
      @Setting(
              value = "1s",
              min = "100ms",
              doc =
                  "How often it is checked whether the client of a running request is still there.")
          Duration clientCheck,
      @Setting(
              value = "60s",
              min = "1s",
              doc = "How long a connection may stand still while a request is read.")
          Duration readTimeout,
      @Setting(value = "32MiB", min = "1KiB", doc = "The largest JSON body.") DataSize maxBody,
      @Setting(value = "64KiB", min = "4KiB", doc = "The most bytes of request headers.")
          DataSize maxHeaders,
      @Setting(
              value = "64MiB",
              doc =
                  "How much of a request that has been refused is still read, so that a client that"
                      + " sends all of it before it reads sees why.")
          DataSize drainBytes,
      @Setting(value = "5s", doc = "For how long the rest of such a request is read.")
          Duration drainTime,
      @Setting(
              value = "24h",
              min = "1s",
              doc =
                  "How long an `Idempotency-Key` is remembered: a request sent again with it gets"
                      + " the first one's answer.")
          Duration idempotencyAge,
      @Setting(
              value = "0s",
              doc =
                  "End by itself after this long without a request; `0s` never. `sandglass ask`"
                      + " sets it for the server that it starts.")
          Duration linger) {}

  /** Where things are kept. */
  public record Storage(
      @Setting(
              value = "",
              env = "SANDGLASS_HOME",
              doc =
                  "The directory of database, files, logs. Unset: `$XDG_DATA_HOME/sandglass`, or"
                      + " `~/.local/share/sandglass`.")
          @Nullable Path home,
      @Setting(
              value = "",
              env = "SANDGLASS_CACHE",
              doc =
                  "The directory of images, models and built programs, shared by all clones. Unset:"
                      + " `$XDG_CACHE_HOME/sandglass`, or `~/.cache/sandglass`.")
          @Nullable Path cache,
      @Setting(
              value = "normal",
              doc =
                  "What a commit survives: `normal` the end of the process, `full` also the loss of"
                      + " power (about six times slower).")
          Durability durability,
      @Setting(value = "4", min = "1", max = "64", doc = "Connections for reading the database.")
          int readers) {

    public enum Durability {
      NORMAL,
      FULL
    }

    /** {@link #home}, or where it is by default. */
    public Path homeDir() {
      return home != null ? home : Places.home(System.getenv());
    }

    /** {@link #cache}, or where it is by default. */
    public Path cacheDir() {
      return cache != null ? cache : Places.cache(System.getenv());
    }
  }

  /** The Files API. */
  public record Files(
      @Setting(value = "512MiB", min = "1B", doc = "The largest file that can be uploaded.")
          DataSize maxBytes,
      @Setting(
              value = "100GiB",
              min = "1B",
              doc = "The most bytes that the files of one project may have together.")
          DataSize projectBytes,
      @Setting(
              value = "true",
              doc =
                  "Whether `/v1/files/{id}/content` gives out files of every purpose (the hosted"
                      + " service refuses some).")
          boolean download,
      @Setting(value = "30d", doc = "When files of purpose `batch` expire, unless they say.")
          Duration batchExpiry,
      @Setting(value = "1m", min = "100ms", doc = "How often expired files are looked for.")
          Duration sweep) {}

  /** The sandbox: what one container may use. */
  public record Sandbox(
      @Setting(
              value = "auto",
              doc =
                  "What runs sandboxes: `runc`, or gVisor's `runsc` (one sandbox for each container;"
                      + " ./sandglass setup --runsc). `auto` is `runc`, and never anything else."
                      + " `process` has no walls at all: for trusted code only, where the host"
                      + " allows neither (docs/security.md).")
          Runtime runtime,
      @Setting(
              value = "auto",
              doc =
                  "Whether the server may have sandboxes as an ordinary user, under `runc`, where the"
                      + " host allows user namespaces and has left him subordinate uids"
                      + " (docs/security.md says what isn't limited then): `auto`, if it isn't root;"
                      + " `always`, a server that is root doesn't start; `never`, one that isn't root"
                      + " doesn't.")
          Rootless rootless,
      @Setting(
              value = "refuse",
              doc =
                  "What happens when a probe of the sandbox gets through on this host: no containers"
                      + " (`refuse`), or only a line in the log (`warn`).")
          Probes probes,
      @Setting(
              value = "",
              doc = "The directory of the sandbox image. Unset: the newest one in the cache.")
          @Nullable Path image,
      @Setting(
              value = "",
              doc =
                  "The directory of the Python sources that run inside (`sandbox/src`). Unset: next"
                      + " to the program.")
          @Nullable Path source,
      @Setting(
              value = "",
              doc =
                  "The directory of sockets and runtime state; at most 60 bytes long. Unset:"
                      + " `/run/sandglass` for root, else `$XDG_RUNTIME_DIR/sandglass`, or"
                      + " `/tmp/sandglass-USER` if there is none.")
          @Nullable Path run,
      @Setting(
              value = "1000000",
              min = "65536",
              doc =
                  "The first user id on the host of the range that sandboxes are mapped to; each"
                      + " sandbox takes 65536. Without root it is the user's range in /etc/subuid,"
                      + " and each takes 4096.")
          long uidBase,
      @Setting(
              value = "1GiB",
              min = "64MiB",
              doc = "Memory of a container that asks for nothing else.")
          DataSize memoryLimit,
      @Setting(value = "128", min = "8", doc = "The most processes and threads of a container.")
          int processes,
      @Setting(value = "1024", min = "64", doc = "The most open files of a process.") int openFiles,
      @Setting(
              value = "true",
              doc =
                  "Whether kernels have dormant backups, so that a crash costs one cell and no"
                      + " variables.")
          boolean backups,
      @Setting(
              value = "300ms",
              min = "1ms",
              doc =
                  "How much time keeping a backup may cost a cell that rewrites a lot in place; past"
                      + " it there is none until the cell ends.")
          Duration backupCost,
      @Setting(
              value = "256MiB",
              min = "128MiB",
              doc =
                  "Memory of a container on top of its limit, for its supervisor and for what a"
                      + " backup keeps. What doesn't fit ends the backup, not the cell.")
          DataSize memoryReserve,
      @Setting(
              value = "512MiB",
              min = "0B",
              doc =
                  "With less memory of the host available than this (twice this while processes wait"
                      + " for memory a tenth of the time) no container is made and no process of one"
                      + " started again: 503 with Retry-After; and kernels have no backups, which"
                      + " their cells' results say. 0B: no limit.")
          DataSize memoryFree,
      @Setting(
              value = "768MiB",
              min = "512MiB",
              doc =
                  "Under `runsc`: memory of the host that a container's sandbox may take on top of"
                      + " the limit and the reserve, for gVisor itself and the zygote's copy of the"
                      + " libraries.")
          DataSize runscOverhead,
      @Setting(value = "256MiB", min = "1MiB", doc = "The size of `/tmp`.") DataSize tmp,
      @Setting(value = "64MiB", min = "1MiB", doc = "The size of `/dev/shm`.") DataSize shm,
      @Setting(
              value = "4GiB",
              min = "64MiB",
              doc =
                  "The size of a container's `/mnt/data`, what the file system needs for itself (about"
                      + " 20 MiB) included; more than `container.max-bytes` and `files.max-bytes`."
                      + " Nothing is set aside for it: see `disk-free`.")
          DataSize disk,
      @Setting(
              value = "65536",
              min = "64",
              max = "16777216",
              doc = "The most files, directories and links in a container's `/mnt/data`.")
          long diskInodes,
      @Setting(
              value = "auto",
              doc =
                  "What holds `/mnt/data` to its size: `loop`, an image on the host's disk behind a"
                      + " loop device (needs e2fsprogs); `tmpfs`, in the container's memory, at most"
                      + " half of it; `auto`, `loop` where the host can, else `tmpfs`; `none`,"
                      + " nothing: code can fill the host's disk.")
          DiskKind diskKind,
      @Setting(
              value = "2GiB",
              min = "0B",
              doc =
                  "With less free than this where `storage.home` is, no container is made; then 503"
                      + " with Retry-After.")
          DataSize diskFree,
      @Setting(
              value = "2",
              min = "0",
              doc =
                  "Containers that each sandbox keeps ready, never used, for whoever asks next; about"
                      + " 13 MB each. Under `runsc` so many in all, some 450 MB each. 0: every container is made when it is wanted.")
          int readyContainers,
      @Setting(
              value = "60s",
              min = "100ms",
              doc = "How long a cell may run before it is interrupted.")
          Duration cellTimeout,
      @Setting(
              value = "5s",
              min = "100ms",
              doc = "How long an interrupted cell may take to end before it is killed.")
          Duration cellGrace,
      @Setting(
              value = "64KiB",
              min = "1KiB",
              doc =
                  "The most bytes kept of a cell's stdout and of its stderr: head and tail, with a"
                      + " line for what is left out.")
          DataSize outputBytes,
      @Setting(
              value = "64MiB",
              min = "0B",
              doc = "The most bytes of a cell's whole output saved as a file when it was too long.")
          DataSize spillBytes,
      @Setting(
              value = "120s",
              min = "0s",
              doc =
                  "How long a cell may wait for the cells before it in its container; then 429 with"
                      + " Retry-After.")
          Duration queueWait,
      @Setting(
              value = "false",
              doc =
                  "Whether containers go on when the server is stopped in good order, for the next"
                      + " one to take over, as under systemd. After a crash they always do; a server"
                      + " that `sandglass ask` started never leaves any.")
          boolean surviveStop) {

    public enum Runtime {
      AUTO,
      RUNC,
      RUNSC,
      PROCESS
    }

    public enum Rootless {
      AUTO,
      ALWAYS,
      NEVER
    }

    public enum Probes {
      REFUSE,
      WARN
    }

    public enum DiskKind {
      AUTO,
      LOOP,
      TMPFS,
      NONE
    }
  }

  /** Containers as the API sees them. */
  public record Container(
      @Setting(
              value = "1h",
              min = "1s",
              doc = "How long a container lives at most (not in `edition: openai`).")
          Duration life,
      @Setting(value = "20m", min = "1s", doc = "How long a container lives without being used.")
          Duration idle,
      @Setting(
              value = "30d",
              doc =
                  "How long the files of an expired container can still be downloaded; then the"
                      + " container is forgotten and their space is released.")
          Duration retention,
      @Setting(value = "5s", min = "100ms", doc = "How often expired containers are looked for.")
          Duration sweep,
      @Setting(value = "100", min = "1", doc = "The most live containers of one project.")
          int maxPerProject,
      @Setting(
              value = "1000",
              min = "1",
              max = "99999",
              doc = "The most files listed for one container.")
          int maxFiles,
      @Setting(
              value = "2GiB",
              min = "1KiB",
              doc =
                  "The most bytes of one container's files together. More can't be uploaded into it;"
                      + " what code writes beyond is not kept when the container ends, and the"
                      + " cell's output says so.")
          DataSize maxBytes) {}

  /** What container sessions cost. */
  public record Billing(
      @Setting(
              value = "0.03",
              min = "0",
              doc =
                  "The price of a container session in US dollars, an exact decimal. Fees that are"
                      + " in the ledger keep theirs.")
          BigDecimal sessionPrice,
      @Setting(
              value = "1h",
              min = "1s",
              doc =
                  "How long one session lasts at most: a container that may live longer"
                      + " (`container.life`, `edition: openai`) costs one fee for each begun.")
          Duration session) {}

  /** One turn: the loop of model and cells. */
  public record Turn(
      @Setting(value = "12", min = "1", doc = "The most steps (questions to the model) of a turn.")
          int maxSteps,
      @Setting(
              value = "5",
              min = "1",
              doc =
                  "The most cells in a row that may fail in a turn; then the model must answer with"
                      + " what there is.")
          int maxFailures,
      @Setting(value = "10m", min = "1s", doc = "The longest that a turn may take.")
          Duration maxTime,
      @Setting(
              value = "16384",
              min = "16",
              doc = "The most tokens that the model may write in a turn that sets no limit itself.")
          long maxOutputTokens,
      @Setting(value = "20", min = "0", doc = "The most file cards shown to the model.")
          int maxCards,
      @Setting(value = "3KiB", min = "256B", doc = "The longest file card.") DataSize cardBytes,
      @Setting(value = "20s", min = "100ms", doc = "How long looking into one file may take.")
          Duration cardTime,
      @Setting(value = "512MiB", min = "64MiB", doc = "Memory for looking into one file.")
          DataSize cardMemory,
      @Setting(
              value = "6KiB",
              min = "256B",
              doc = "The most of a cell's output that the model sees.")
          DataSize modelOutput,
      @Setting(
              value = "50",
              min = "1",
              doc = "The most images kept of one cell; a line says that the others are left out.")
          int maxImages,
      @Setting(
              value = "500",
              min = "1",
              doc =
                  "The longest chain of responses that a request may go on from by"
                      + " `previous_response_id`; then 400.")
          int maxChain) {}

  /** Models and the endpoints that serve them. */
  public record Models(
      @Setting(
              value = "false",
              doc =
                  "Refuse names that no route and no upstream knows, instead of taking the default.")
          boolean strict,
      @Setting(
              name = "default",
              value = "",
              doc =
                  "The upstream that answers when no route fits. Unset: the only one of `upstreams`,"
                      + " or the local model if there is none.")
          @Nullable String defaultUpstream,
      @Setting(doc = "Endpoints by name; each one OpenAI-compatible.")
          Map<String, Upstream> upstreams,
      @Setting(
              doc =
                  "Which upstream answers for which requested name: pattern → upstream's name, `*`"
                      + " stands for anything; the first that fits. The local model is the upstream"
                      + " `local`.")
          Map<String, String> routes,
      Local local) {}

  /** One OpenAI-compatible endpoint. */
  public record Upstream(
      @Setting(doc = "The base URL, with `/v1`.") String url,
      @Setting(value = "", doc = "The key. Better: `key-env`.") @Nullable String key,
      @Setting(value = "", doc = "The environment variable that holds the key.")
          @Nullable String keyEnv,
      @Setting(
              value = "",
              doc = "The model's name there. Unset: the first that its `/models` lists.")
          @Nullable String model,
      @Setting(
              value = "auto",
              doc =
                  "How the model writes code: `tools` by function calls, `blocks` in fenced blocks"
                      + " (small models), `auto` finds out.")
          DialectChoice dialect,
      @Setting(value = "10s", min = "100ms", doc = "How long connecting may take.")
          Duration connectTimeout,
      @Setting(value = "5m", min = "1s", doc = "How long the first token may take.")
          Duration firstTimeout,
      @Setting(value = "60s", min = "1s", doc = "How long the next token may take.")
          Duration idleTimeout,
      @Setting(
              value = "15m",
              min = "1s",
              doc = "How long one step may take, all attempts included.")
          Duration totalTimeout,
      @Setting(
              value = "4",
              min = "1",
              max = "20",
              doc = "How often a request is sent at most, if it fails before its first token.")
          int attempts,
      @Setting(value = "32MiB", min = "64KiB", doc = "The longest answer of one step, on the wire.")
          DataSize maxResponse,
      @Setting(
              value = "4MiB",
              min = "1KiB",
              max = "1GiB",
              doc = "The longest line of an answer that is streamed.")
          DataSize maxLine,
      @Setting(
              value = "false",
              doc =
                  "With `dialect: tools`: whether a fenced Python block in the text counts as a call if no"
                      + " call came.")
          boolean runFenced,
      @Setting(
              value = "false",
              doc =
                  "With `dialect: blocks`: whether the endpoint continues an assistant's message that is"
                      + " begun, as llama.cpp's server does. Code then begins with the lines that read the"
                      + " files.")
          boolean prefill,
      @Setting(value = "0", min = "0", doc = "Tokens of context; 0: not known.") int contextTokens,
      @Setting(value = "false", doc = "Whether the model can see images.") boolean vision) {}

  /** How a model writes code, or {@code AUTO} to find out. */
  public enum DialectChoice {
    AUTO,
    TOOLS,
    BLOCKS
  }

  /** The local model that Sandglass starts itself. */
  public record Local(
      @Setting(
              value = "auto",
              doc = "`auto`: started if no upstream is configured. `always`, `never`.")
          LocalChoice enabled,
      @Setting(
              value = "",
              doc = "Its name in the catalogue (`sandglass model list`). Unset: the installed one.")
          @Nullable String model,
      @Setting(value = "8192", min = "1024", doc = "Tokens of context.") int context,
      @Setting(value = "256MiB", min = "0B", doc = "Memory for its prompt cache.")
          DataSize cacheRam,
      @Setting(value = "0", min = "0", doc = "Threads; 0: one for each core.") int threads,
      @Setting(
              value = "",
              doc = "The `llama-server` program. Unset: the one in the cache, or on PATH.")
          @Nullable Path serverPath,
      @Setting(value = "120s", min = "1s", doc = "How long it may take to get ready.")
          Duration startTimeout) {}

  /** Whether the local model is started. */
  public enum LocalChoice {
    AUTO,
    ALWAYS,
    NEVER
  }

  /** Who may use the API. */
  public record Auth(
      @Setting(
              value = "true",
              doc = "Whether a key is needed. Without, everybody works in the project `default`.")
          boolean required) {}

  /** Logs. */
  public record Log(
      @Setting(value = "text", doc = "`text` for people, `json` one object for each line.")
          Format format,
      @Setting(value = "info", doc = "`debug`, `info`, `warn` or `error`.") Level level) {

    public enum Format {
      TEXT,
      JSON
    }

    public enum Level {
      DEBUG,
      INFO,
      WARN,
      ERROR
    }
  }

  /** The names of the sections, in the order of the file. */
  static List<String> sections() {
    return Schema.of(Config.class).stream()
        .filter(s -> s.type() instanceof Schema.Type.Section)
        .map(Schema.Entry::key)
        .toList();
  }
}
