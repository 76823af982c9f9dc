package dev.sandglass.responses;

import dev.sandglass.container.ContainerUse;
import dev.sandglass.container.CreateContainer;
import java.util.Optional;

/** What turns need of containers and files. Thread-safe. */
public interface TurnContainers {

  /** Whether there is such a container and it has not expired. */
  boolean isAlive(String project, String id);

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
