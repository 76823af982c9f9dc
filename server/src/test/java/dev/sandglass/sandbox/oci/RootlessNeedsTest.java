package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootlessNeedsTest {

  private static final Optional<SubordinateIds> ENOUGH =
      Optional.of(new SubordinateIds(100_000, Rootless.SHARE));

  private static final Optional<SubordinateIds> TOO_FEW =
      Optional.of(new SubordinateIds(100_000, Rootless.SHARE - 1));

  private static RootlessNeeds.Facts facts(
      boolean helpers,
      Optional<SubordinateIds> uids,
      Optional<SubordinateIds> gids,
      String namespaces,
      String unprivileged) {
    return new RootlessNeeds.Facts(
        "ann",
        helpers,
        uids,
        gids,
        Optional.of(namespaces),
        Optional.of(unprivileged),
        Optional.of("1"));
  }

  @Test
  void aHostThatHasEverythingLacksNothing() {
    assertThat(RootlessNeeds.missing(facts(true, ENOUGH, ENOUGH, "100", "1"))).isEmpty();
  }

  @Test
  void theExactSettingThatIsMissingIsNamed() {
    assertThat(RootlessNeeds.missing(facts(true, ENOUGH, ENOUGH, "0", "1")).orElseThrow())
        .contains("The server isn't root", "sysctl user.max_user_namespaces=10000");
    assertThat(RootlessNeeds.missing(facts(true, ENOUGH, ENOUGH, "100", "0")).orElseThrow())
        .contains("sysctl kernel.unprivileged_userns_clone=1");
    assertThat(RootlessNeeds.missing(facts(false, ENOUGH, ENOUGH, "100", "1")).orElseThrow())
        .contains("apt-get install uidmap");
    assertThat(RootlessNeeds.refused(facts(true, ENOUGH, ENOUGH, "100", "1"), "denied"))
        .contains("sysctl kernel.apparmor_restrict_unprivileged_userns=0");
  }

  @Test
  void withoutEnoughSubordinateIdsOfBothKindsTheCommandForThemIsSaid() {
    for (RootlessNeeds.Facts facts :
        new RootlessNeeds.Facts[] {
          facts(true, Optional.empty(), Optional.empty(), "100", "1"),
          facts(true, TOO_FEW, ENOUGH, "100", "1"),
          facts(true, ENOUGH, TOO_FEW, "100", "1")
        }) {
      assertThat(RootlessNeeds.missing(facts).orElseThrow())
          .contains(
              "/etc/subuid",
              "the user ann no 4,096 ids",
              "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann");
    }
  }

  @Test
  void theLargestRangeOfAUserIsTakenByNameOrByNumber(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("subuid");
    Files.writeString(
        file,
        """
        # ann:1:9999999
        bob:100000:65536
        ann:200000:10
        1001:300000:65536
        ann:x:65536
        annette:500000:99999999
        """);
    assertThat(SubordinateIds.in(file, "ann", 1001)).contains(new SubordinateIds(300_000, 65_536));
    assertThat(SubordinateIds.in(file, "carl", 1002)).isEmpty();
    assertThat(SubordinateIds.in(directory.resolve("none"), "ann", 1001)).isEmpty();
  }

  @Test
  void sandboxesHaveUidsOfTheirOwnAsLongAsThereAreAny() {
    SubordinateIds debians = new SubordinateIds(100_000, 65_536);
    Rootless ann = new Rootless(debians, debians);
    assertThat(java.util.stream.IntStream.range(0, 16).mapToObj(n -> ann.uids("s", n)).distinct())
        .hasSize(16)
        .allMatch(uids -> uids.first() >= 100_000 && uids.first() + uids.count() <= 165_536);
    assertThat(ann.uids("s", 16)).isEqualTo(ann.uids("s", 0));
  }
}
