package dev.sandglass.sandbox.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The host's root, who has every uid. */
record Root(long uidBase) implements HostUser {

  /** Sandboxes of one server that have uids of their own. */
  private static final int RANGES = 256;

  @Override
  public HostUids uids(String instance, int number) {
    long server = (instance.hashCode() & 0x3f) * (long) RANGES;
    return uidsFrom(uidBase + (server + number % RANGES) * OciConfig.UIDS);
  }

  @Override
  public HostUids uidsFrom(long first) {
    return new HostUids(first, OciConfig.UIDS);
  }

  @Override
  public List<String> apart() {
    return List.of("unshare", "--mount", "--propagation", "private");
  }

  @Override
  public Path seen(Path box) {
    return box;
  }

  @Override
  public Spec plan(SandboxPlan.Places places, HostUids uids, String id, boolean counted) {
    return SandboxPlan.spec(places, uids, "/" + id);
  }

  @Override
  public Cgroups cgroups(String name, Path record) {
    return Cgroups.open(name, record);
  }

  @Override
  public void give(Path directory, String permissions, long hostUid) throws IOException {
    HostDirectories.make(directory, permissions, hostUid);
  }

  @Override
  public void giveForSockets(Path directory, long hostUid) throws IOException {
    HostDirectories.make(directory, "rwxr-xr-x", hostUid);
  }

  @Override
  public void delete(Path tree) throws IOException {
    Trees.delete(tree);
  }
}
