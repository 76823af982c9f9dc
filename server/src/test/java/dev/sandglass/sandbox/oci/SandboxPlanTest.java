package dev.sandglass.sandbox.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The outer wall, word for word: who changes it has to change it here too, and be asked why. */
class SandboxPlanTest {

  private static final SandboxPlan.Places PLACES =
      new SandboxPlan.Places(Path.of("/r"), Path.of("/src"), Path.of("/s"), Path.of("/d"));

  private static final JsonNode SPEC =
      json(
          Json.MAPPER.writeValueAsString(
              SandboxPlan.spec(PLACES, new HostUids(1_000_000, 65_536), "/box")));

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text);
  }

  @Test
  void theProcessHasSixCapabilitiesAndGetsNoMore() {
    assertThat(SPEC.path("process").path("noNewPrivileges").asBoolean()).isTrue();
    JsonNode capabilities = SPEC.path("process").path("capabilities");
    JsonNode six =
        json(
            """
            ["CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL"]
            """);
    assertThat(capabilities.path("bounding")).isEqualTo(six);
    assertThat(capabilities.path("effective")).isEqualTo(six);
    assertThat(capabilities.path("permitted")).isEqualTo(six);
    assertThat(capabilities.path("inheritable")).isEmpty();
    assertThat(capabilities.path("ambient")).isEmpty();
  }

  @Test
  void everyNamespaceIsItsOwn() {
    assertThat(SPEC.path("linux").path("namespaces"))
        .isEqualTo(
            json(
                """
                [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"},
                 {"type": "mount"}, {"type": "user"}]
                """));
  }

  @Test
  void rootOfTheSandboxIsNobodyOnTheHost() {
    JsonNode mapping = json("[{\"containerID\": 0, \"hostID\": 1000000, \"size\": 65536}]");
    assertThat(SPEC.path("linux").path("uidMappings")).isEqualTo(mapping);
    assertThat(SPEC.path("linux").path("gidMappings")).isEqualTo(mapping);
  }

  @Test
  void theRootIsReadOnlyAndTheMountsAreThese() {
    assertThat(SPEC.path("root")).isEqualTo(json("{\"path\": \"/r\", \"readonly\": true}"));
    assertThat(mounts())
        .containsExactly(
            "proc on /proc nosuid nodev noexec",
            "tmpfs on /dev nosuid mode=755 size=64k",
            "tmpfs on /tmp nosuid nodev noexec mode=1777 size=64m",
            "tmpfs on /run nosuid nodev noexec mode=755 size=1m",
            "/src on /opt/sandglass rbind nosuid nodev ro noexec",
            "/s on /run/sandglass rbind nosuid nodev rw noexec",
            "/d on /run/data rbind nosuid nodev rw noexec");
  }

  private static List<String> mounts() {
    return SandboxPlan.mounts(PLACES).stream()
        .map(m -> m.source() + " on " + m.destination() + " " + String.join(" ", m.options()))
        .toList();
  }

  @Test
  void nothingIsMaskedBecauseContainersMountTheirOwnProc() {
    assertThat(SPEC.path("linux").path("maskedPaths").isArray()).isTrue();
    assertThat(SPEC.path("linux").path("maskedPaths")).isEmpty();
    assertThat(SPEC.path("linux").path("readonlyPaths")).isEmpty();
  }

  @Test
  void noDeviceIsOpen() {
    assertThat(SPEC.path("linux").path("resources").path("devices"))
        .isEqualTo(json("[{\"allow\": false, \"access\": \"rwm\"}]"));
  }

  @Test
  void systemCallsAreRefusedUnlessListed() {
    JsonNode seccomp = SPEC.path("linux").path("seccomp");
    assertThat(seccomp.path("defaultAction").asString()).isEqualTo("SCMP_ACT_ERRNO");
    assertThat(allowed())
        .doesNotHaveDuplicates()
        .doesNotContain(
            "setns",
            "ptrace",
            "process_vm_readv",
            "process_vm_writev",
            "bpf",
            "perf_event_open",
            "userfaultfd",
            "io_uring_setup",
            "keyctl",
            "add_key",
            "request_key",
            "kexec_load",
            "init_module",
            "finit_module",
            "delete_module",
            "settimeofday",
            "clock_settime",
            "clock_adjtime",
            "swapon",
            "reboot",
            "quotactl",
            "open_by_handle_at",
            "acct",
            "pidfd_getfd",
            "kcmp",
            "syslog",
            "fsopen",
            "fsmount",
            "move_mount",
            "open_tree");
  }

  @Test
  void whatOnlyTheZygoteNeedsIsAListOfItsOwn() {
    assertThat(OuterSeccomp.CONTAINER_SETUP)
        .containsExactly(
            "chroot",
            "clone",
            "mount",
            "mount_setattr",
            "pivot_root",
            "sethostname",
            "umount2",
            "unshare");
  }

  @Test
  void clone3SaysThatItDoesNotExist() {
    assertThat(
            OuterSeccomp.plan().syscalls().stream()
                .filter(rule -> rule.names().contains("clone3"))
                .toList())
        .singleElement()
        .satisfies(rule -> assertThat(rule.errnoRet()).isEqualTo(38));
  }

  @Test
  void theListOfSystemCallsIsTheReviewedOne() throws IOException {
    try (InputStream reviewed =
        SandboxPlanTest.class.getResourceAsStream("outer-system-calls.txt")) {
      String text = new String(Objects.requireNonNull(reviewed).readAllBytes(), UTF_8);
      assertThat(allowed()).containsExactlyInAnyOrderElementsOf(text.lines().toList());
    }
  }

  private static List<String> allowed() {
    return Stream.of(
            OuterSeccomp.FILES,
            OuterSeccomp.MEMORY,
            OuterSeccomp.PROCESSES,
            OuterSeccomp.SIGNALS_AND_TIME,
            OuterSeccomp.COMMUNICATION,
            OuterSeccomp.CONTAINER_SETUP)
        .flatMap(List::stream)
        .toList();
  }
}
