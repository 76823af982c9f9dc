package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelegationTest {

  private static final String ALL = "cpu memory pids";

  @TempDir Path root;

  @BeforeEach
  void mount() throws IOException {
    group("", "");
  }

  private void group(String path, String controllers) throws IOException {
    Path group = Files.createDirectories(root.resolve(path));
    Files.writeString(group.resolve("cgroup.controllers"), controllers + "\n");
    Files.writeString(group.resolve("cgroup.procs"), "");
    Files.writeString(group.resolve("cgroup.subtree_control"), "");
  }

  @Test
  void theServersOwnGroupIsTakenIfTheOneAboveIsNotTheUsers() throws Exception {
    group("user.slice", "");
    group("user.slice/scope", ALL);
    assertThat(Delegation.find(root, "/user.slice/scope"))
        .contains(new Delegation(root.resolve("user.slice/scope"), true));
  }

  @Test
  void theGroupAboveIsTakenIfItIsTheUsersToo() throws Exception {
    group("service", ALL);
    group("service/main", ALL);
    assertThat(Delegation.find(root, "/service/main"))
        .contains(new Delegation(root.resolve("service"), false));
  }

  @Test
  void withoutAllControllersOrCgroupV2ThereIsNone() throws Exception {
    group("scope", "memory pids");
    assertThat(Delegation.find(root, "/scope")).isEmpty();
    assertThat(Delegation.find(root, "/")).isEmpty();
    assertThat(Delegation.find(root, "")).isEmpty();
    assertThat(Delegation.find(root.resolve("nowhere"), "/scope")).isEmpty();
  }

  @Test
  void whatIsInTheGroupMovesBelowIt() throws Exception {
    group("scope", ALL);
    Files.writeString(root.resolve("scope/cgroup.procs"), "17\n");
    Delegation.find(root, "/scope").orElseThrow().enter();
    assertThat(root.resolve("scope/server/cgroup.procs")).hasContent("17");
  }
}
