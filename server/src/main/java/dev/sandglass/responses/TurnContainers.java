package dev.sandglass.responses;

import dev.sandglass.container.ContainerUse;
import dev.sandglass.container.CreateContainer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What turns need of containers and files. Thread-safe. */
public interface TurnContainers {

  /** Whether there is such a container and it has not expired. */
  boolean isAlive(String project, String id);

  /**
   * Refuses a container that a turn may need later, if that is known already.
   *
   * @param memoryBytes what it shall have; null: the default
   * @param param where in the request that stands
   * @throws dev.sandglass.common.SandglassException 400 for more memory than the host has, 503 if
   *     the host is too full now
   */
  void admit(@Nullable Long memoryBytes, String param);

  /** Makes a container, of which nothing is forked yet, and gives its id. */
  String create(String project, CreateContainer request);

  /**
   * Holds a container for a turn.
   *
   * @throws dev.sandglass.common.SandglassException if it is unknown (404) or expired (400)
   */
  ContainerUse use(String project, String id);

  boolean fileExists(String project, String fileId);

  /** An image of the Files API as a data URL, for models that can see; empty if it is none. */
  Optional<String> imageUrl(String project, String fileId);
}
