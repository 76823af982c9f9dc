package dev.sandglass.sandbox;

/**
 * What a driver needs to know to make a container.
 *
 * @param id the container's id, {@code cntr_…}
 * @param project the project whose sandbox hosts it
 * @param memoryBytes the hard limit for kernel, supervisor and temporary files together
 * @param processes the most processes and threads at once
 * @param openFiles the most open files for each process
 * @param tmpBytes the size of {@code /tmp}
 * @param shmBytes the size of {@code /dev/shm}
 * @param disk the size of {@code /mnt/data}
 */
public record ContainerSpec(
    String id,
    String project,
    long memoryBytes,
    int processes,
    int openFiles,
    long tmpBytes,
    long shmBytes,
    Disk disk) {

  /**
   * How much {@code /mnt/data} holds.
   *
   * @param bytes all together, what the file system needs for itself included
   * @param inodes files, directories and links
   */
  public record Disk(long bytes, long inodes) {}

  /** The same limits for another container. */
  public ContainerSpec as(String otherId, String otherProject) {
    return new ContainerSpec(
        otherId, otherProject, memoryBytes, processes, openFiles, tmpBytes, shmBytes, disk);
  }

  public boolean sameLimits(ContainerSpec other) {
    return as("", "").equals(other.as("", ""));
  }
}
