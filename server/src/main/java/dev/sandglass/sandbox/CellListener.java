package dev.sandglass.sandbox;

/**
 * Hears a cell's outputs as they happen, in order, from one thread. Must be quick; an exception
 * ends the delivery, not the cell.
 */
@FunctionalInterface
public interface CellListener {

  void onOutput(CellOutput output);

  CellListener NONE = output -> {};
}
