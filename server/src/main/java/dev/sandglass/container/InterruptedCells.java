package dev.sandglass.container;

import dev.sandglass.sandbox.CellListener;
import java.util.function.Function;

/**
 * Who had the cells run that a server's death has interrupted, and stores what came of them. Asked
 * for all cells at once; each is then told from its container's own thread.
 */
public interface InterruptedCells {

  /** Such a cell: it hears all outputs, from the first one on, then the end. */
  interface Cell extends CellListener {

    /**
     * The cell has ended and its files are stored. When this returns its outputs are forgotten by
     * the container, so they must be stored by then.
     *
     * @param images keeps an image that was displayed as a file of its own
     */
    void ended(CellOutcome outcome, Function<byte[], ContainerFile> images);
  }

  Cell cell(String cellId);
}
