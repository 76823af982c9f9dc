package dev.sandglass.cli;

import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import dev.sandglass.config.Config;
import dev.sandglass.config.Edition;
import dev.sandglass.key.ApiKey;
import dev.sandglass.key.KeyService;
import dev.sandglass.store.Database;
import java.time.Clock;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sandglass key …}: works on the database, whether a server runs or not. */
@Command(name = "key", description = "API keys.", synopsisSubcommandLabel = "COMMAND")
final class KeyCommand {

  @Mixin private Configuration configuration = new Configuration();

  @Command(name = "create", description = "Make a key; its secret is shown this once.")
  int create(
      @Option(
              names = "--project",
              paramLabel = "NAME",
              defaultValue = KeyService.DEFAULT_PROJECT,
              description = "Its project (default: ${DEFAULT-VALUE}).")
          String project,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "key",
              description = "A name to recognise it by.")
          String name,
      @Option(
              names = "--edition",
              paramLabel = "EDITION",
              description =
                  "Speak this edition with it, guide or openai, whatever the server's is.")
          @Nullable String edition) {
    Edition own = edition == null ? null : edition(edition);
    return with(keys -> {
      KeyService.Created created = keys.create(project, name, own);
      System.out.println(created.secret());
      System.err.println(
          "made "
              + created.key().id()
              + " in project "
              + project
              + "; the secret is not shown again");
      return 0;
    });
  }

  @Command(name = "list", description = "List the keys.")
  int list() {
    return with(keys -> {
      for (ApiKey k : keys.list()) {
        Edition edition = k.edition();
        System.out.printf(
            "%s  %s  %s  %s  %s%s%s%n",
            k.id(),
            k.project(),
            k.shown(),
            k.createdAt(),
            k.name(),
            edition == null ? "" : "  (edition: " + edition.wire() + ")",
            k.revokedAt() == null ? "" : "  (revoked)");
      }
      return 0;
    });
  }

  @Command(name = "revoke", description = "Make a key useless from now on.")
  int revoke(@Parameters(paramLabel = "KEY_ID", description = "As list shows it.") String id) {
    return with(keys -> {
      if (!keys.revoke(id)) {
        throw new SandglassException(Kind.NOT_FOUND, "no such key, or revoked already: " + id);
      }
      System.out.println("revoked " + id);
      return 0;
    });
  }

  private static Edition edition(String name) {
    return Edition.of(name)
        .orElseThrow(() ->
            new SandglassException(
                Kind.INVALID, "no edition '" + name + "': there are guide and openai"));
  }

  private int with(ToIntFunction<KeyService> work) {
    Config config = configuration.load(Map.of());
    try (Database database =
        Database.open(config.storage().homeDir().resolve("sandglass.db"), 1, false)) {
      return work.applyAsInt(new KeyService(database, Clock.systemUTC()));
    }
  }
}
