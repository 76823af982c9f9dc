package dev.sandglass.sandbox.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An OCI runtime's {@code config.json}, as far as Sandglass writes it (OCI Runtime Specification
 * 1.0.2; field names are the specification's).
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Spec(
    String ociVersion,
    Process process,
    Root root,
    String hostname,
    List<Mount> mounts,
    Linux linux) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Process(
      boolean terminal,
      User user,
      List<String> args,
      List<String> env,
      String cwd,
      Capabilities capabilities,
      List<Rlimit> rlimits,
      boolean noNewPrivileges,
      @Nullable Integer oomScoreAdj) {}

  record User(int uid, int gid) {}

  /** The same list in every set, ambient left empty. */
  record Capabilities(
      List<String> bounding,
      List<String> effective,
      List<String> permitted,
      List<String> inheritable,
      List<String> ambient) {

    static Capabilities of(List<String> names) {
      return new Capabilities(names, names, names, List.of(), List.of());
    }
  }

  record Rlimit(String type, long hard, long soft) {}

  record Root(String path, boolean readonly) {}

  record Mount(String destination, String type, String source, List<String> options) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Linux(
      List<Namespace> namespaces,
      List<IdMapping> uidMappings,
      List<IdMapping> gidMappings,
      Resources resources,
      @Nullable String cgroupsPath,
      String rootfsPropagation,
      Seccomp seccomp,
      List<String> maskedPaths,
      List<String> readonlyPaths) {}

  record Namespace(String type) {}

  record IdMapping(
      @JsonProperty("containerID") long containerId,
      @JsonProperty("hostID") long hostId,
      long size) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Resources(List<DeviceRule> devices, @Nullable Pids pids) {}

  record DeviceRule(boolean allow, String access) {}

  record Pids(long limit) {}

  record Seccomp(
      String defaultAction,
      int defaultErrnoRet,
      List<String> architectures,
      List<SyscallRule> syscalls) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SyscallRule(
      List<String> names,
      String action,
      @Nullable Integer errnoRet,
      @Nullable List<SyscallArg> args) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SyscallArg(int index, long value, @Nullable Long valueTwo, String op) {}
}
