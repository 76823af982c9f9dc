package dev.sandglass.sandbox.protocol;

/**
 * What the zygote needs to know to fork a container (docs/protocol.md, {@code fork}).
 *
 * @param container the container's id
 * @param uid the kernel's uid and gid, inside the sandbox
 * @param supervisorUid the supervisor's
 * @param hostname the container's host name
 * @param data directory in the sandbox that becomes {@code /mnt/data}
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
    String data,
    String socket,
    long tmpBytes,
    long shmBytes,
    int processes,
    int openFiles) {

  Header toHeader() {
    return Header.of("fork")
        .with("container", container)
        .with("uid", uid)
        .with("supervisor_uid", supervisorUid)
        .with("hostname", hostname)
        .with("data", data)
        .with("socket", socket)
        .with("tmp_bytes", tmpBytes)
        .with("shm_bytes", shmBytes)
        .with("processes", processes)
        .with("open_files", openFiles);
  }
}
