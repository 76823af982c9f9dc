package dev.sandglass.sandbox.protocol;

/**
 * What the zygote needs to know to fork a container (docs/protocol.md, {@code fork}).
 *
 * @param container the container's id
 * @param uid the kernel's uid and gid, inside the sandbox
 * @param supervisorUid the supervisor's
 * @param hostname the container's host name
 * @param data what becomes {@code /mnt/data}
 * @param socket path in the sandbox where the supervisor listens
 * @param tmpBytes size of {@code /tmp}
 * @param shmBytes size of {@code /dev/shm}
 * @param processes RLIMIT_NPROC
 * @param openFiles RLIMIT_NOFILE
 */
public record ForkRequest(
    String container,
    int uid,
    int supervisorUid,
    String hostname,
    Data data,
    String socket,
    long tmpBytes,
    long shmBytes,
    int processes,
    int openFiles) {

  /** What {@code /mnt/data} is. */
  public sealed interface Data {

    /** A directory in the sandbox. */
    record Directory(String path) implements Data {}

    /**
     * A directory on the host, of a container without walls.
     *
     * @param fileBytes the longest that one file may become
     */
    record Unwalled(String path, long fileBytes) implements Data {}

    /** A file system in the container's memory. */
    record InMemory(long bytes, long inodes) implements Data {}

    /** Nothing yet: the server mounts a file system there before {@code start}. */
    record Later() implements Data {}
  }

  Header toHeader() {
    Header header = Header.of("fork");
    header =
        switch (data) {
          case Data.Directory(String path) -> header.with("data", path);
          case Data.Unwalled(String path, long fileBytes) ->
              header.with("data", path).with("file_bytes", fileBytes);
          case Data.InMemory(long bytes, long inodes) ->
              header.with("data_bytes", bytes).with("data_inodes", inodes);
          case Data.Later() -> header;
        };
    return header
        .with("container", container)
        .with("uid", uid)
        .with("supervisor_uid", supervisorUid)
        .with("hostname", hostname)
        .with("socket", socket)
        .with("tmp_bytes", tmpBytes)
        .with("shm_bytes", shmBytes)
        .with("processes", processes)
        .with("open_files", openFiles);
  }
}
