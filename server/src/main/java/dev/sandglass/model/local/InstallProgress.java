package dev.sandglass.model.local;

/**
 * Receives how far an installation step has come; called from several threads, so it must be
 * thread-safe.
 */
@FunctionalInterface
public interface InstallProgress {
  /** Ignores everything. */
  InstallProgress NONE = (step, done, total) -> {};

  /**
   * Reports one step.
   *
   * @param step what is being done, in a few words fit for a terminal
   * @param done bytes (build steps for a build) finished so far
   * @param total the same unit; 0 if unknown
   */
  void update(String step, long done, long total);
}
