package dev.sandglass.responses;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Text;
import dev.sandglass.container.CreateContainer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Picks a turn's container (openai-api.md 1.7): the one named; in auto mode the live one of the
 * context, or a new one, made when first needed.
 */
final class ContainerChoice {

  private final TurnContainers containers;

  ContainerChoice(TurnContainers containers) {
    this.containers = containers;
  }

  /**
   * The workspace of a turn; opened already if the container exists or files have to be put there.
   *
   * @throws dev.sandglass.common.SandglassException for a container or file that doesn't exist, or
   *     a new container that the host can't take
   */
  Workspace open(
      String project, @Nullable String key, ResponseRequest request, TurnContext context) {
    CodeInterpreter tool = request.tool();
    if (tool == null) {
      return new Workspace(() -> {
        throw new IllegalStateException("code without the code_interpreter tool");
      });
    }
    return switch (tool) {
      case CodeInterpreter.In in -> held(project, in.containerId());
      case CodeInterpreter.Auto auto ->
          reusable(project, context)
              .map(id -> held(project, id))
              .orElseGet(() -> fresh(project, key, auto, request));
    };
  }

  /** Checks that files exist before anything is begun. */
  void checkFiles(String project, List<String> fileIds) {
    for (String id : fileIds) {
      if (!containers.fileExists(project, id)) {
        throw ApiException.notFound("No such File object: " + Text.shown(id), "file_id");
      }
    }
  }

  /** Files of the request, and for a new container those that the context's old one had. */
  List<String> files(
      String project, @Nullable CodeInterpreter tool, TurnContext context, boolean isNew) {
    List<String> asked = tool instanceof CodeInterpreter.Auto auto ? auto.fileIds() : List.of();
    Stream<String> earlier =
        isNew
            ? context.historyFiles().stream().filter(id -> containers.fileExists(project, id))
            : Stream.of();
    return Stream.of(earlier, asked.stream(), context.inputFiles().stream())
        .flatMap(s -> s)
        .distinct()
        .toList();
  }

  private Optional<String> reusable(String project, TurnContext context) {
    return context.containerIds().stream()
        .filter(id -> containers.isAlive(project, id))
        .findFirst();
  }

  private Workspace held(String project, String id) {
    Workspace workspace = new Workspace(() -> containers.use(project, id));
    workspace.use();
    return workspace;
  }

  private Workspace fresh(
      String project, @Nullable String key, CodeInterpreter.Auto auto, ResponseRequest request) {
    if (request.mayRunCode()) {
      containers.admit(auto.memoryBytes(), auto.memoryAt());
    }
    return new Workspace(() -> {
      CreateContainer wanted =
          new CreateContainer(
              null, List.of(), null, auto.memoryBytes(), /* auto= */ true, key, request.edition());
      return containers.use(project, containers.create(project, wanted));
    });
  }
}
