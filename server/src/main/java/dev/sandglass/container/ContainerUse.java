package dev.sandglass.container;

import dev.sandglass.sandbox.CellListener;
import java.util.List;
import java.util.Optional;

/**
 * One turn's hold on a container. While it is open the container does not expire. Nothing is forked
 * until {@link #prepare} or {@link #run}. For one thread, except {@link #prepare}.
 */
public interface ContainerUse extends AutoCloseable {

  Container container();

  /**
   * Puts files into the container, each {@code file_id} once in the container's life, and returns
   * the cards of all files that users have put into it.
   *
   * @throws dev.sandglass.common.SandglassException if a {@code file_id} doesn't exist
   */
  List<FileCard> addFiles(List<String> fileIds, List<InlineFile> inline)
      throws InterruptedException;

  /**
   * Begins to fork in the background, so that {@link #run} need not wait. Idempotent, returns at
   * once.
   */
  void prepare();

  /**
   * Runs a cell when its turn has come: cells of one container run one at a time, in order of
   * arrival.
   *
   * @param cellId unique in the container; by it {@link InterruptedCells} knows the cell again
   * @throws dev.sandglass.common.SandglassException 429 if waiting took longer than {@code
   *     container.queue-wait}
   */
  CellOutcome run(String cellId, String code, CellListener listener) throws InterruptedException;

  /** What a cell gave out is stored; until then its container keeps it. */
  void acknowledge(String cellId);

  /** Keeps an image that was displayed as a file of its own, {@code cfile_….png}. */
  ContainerFile registerImage(byte[] png);

  /**
   * Files that cells made or changed since this use began, in order of their first change; deleted
   * ones left out.
   */
  List<ContainerFile> filesChanged();

  /** The file at an absolute path. */
  Optional<ContainerFile> fileAt(String path);

  @Override
  void close();
}
