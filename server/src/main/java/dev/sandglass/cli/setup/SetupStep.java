package dev.sandglass.cli.setup;

import dev.sandglass.model.local.InstallProgress;

/**
 * One thing that a machine needs before Sandglass works. Idempotent: a step that has been done is
 * not needed again, one that was cut off goes on where it was.
 */
interface SetupStep {

  /** A few words for the terminal. */
  String name();

  /** Whether there is something to do. Quick: it is asked before every question. */
  boolean needed();

  /**
   * Does it, reporting progress.
   *
   * @throws dev.sandglass.common.SandglassException with the way out if it can't be done
   */
  void run(InstallProgress progress) throws InterruptedException;
}
