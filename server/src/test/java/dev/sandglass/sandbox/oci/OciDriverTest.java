package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.testing.Runc;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OciDriverTest extends TakeOverContract {

  @Override
  OciConfig config() throws Exception {
    return Runc.config(directory, Runc.DISKS);
  }

  @Override
  OciDriver open(OciConfig config) throws InterruptedException {
    return OciDriver.open(config);
  }

  @Test
  void whatDiedWithoutAServerIsGoneAfterTheNextStart() throws Exception {
    OciConfig config = config();
    OciDriver first = open(config);
    first.create(spec("cntr_lives"));
    first.create(spec("cntr_dies"));
    first.detach();
    List<Long> supervisors = Traces.supervisors(config.runDir());
    ProcessHandle.of(supervisors.getLast()).orElseThrow().destroyForcibly();
    OciDriver second = open(config);
    try {
      assertThat(second.found()).extracting(SandboxContainer::id).containsExactly("cntr_lives");
      assertThat(traces(config)).noneMatch(trace -> trace.contains("cntr_dies"));
    } finally {
      second.close();
    }
    assertNothingIsLeft(config);
  }

  private static final String FILL =
      """
      f, n = open('big', 'wb', buffering=0), 0
      try:
          while True:
              n += f.write(bytes(1 << 16))
      except OSError as e:
          print(e.errno, n >> 20)
      """;

  @Test
  void aDiskInMemoryIsFullAtHalfOfIt() throws Exception {
    OciConfig.Disks memory = new OciConfig.Disks(OciConfig.Disks.Kind.TMPFS, 0);
    try (OciDriver driver = Runc.open(directory, memory)) {
      SandboxContainer container = driver.create(spec("cntr_1")); // of 256 MiB
      assertThat(print(container, FILL)).isEqualTo("28 128\n");
      assertThat(print(container, "print(f.close())")).isEqualTo("None\n");
    }
  }

  @Test
  void withoutADiskOfItsOwnAContainerWritesToADirectory() throws Exception {
    OciConfig.Disks none = new OciConfig.Disks(OciConfig.Disks.Kind.NONE, 0);
    try (OciDriver driver = Runc.open(directory, none)) {
      print(driver.create(spec("cntr_1")), "open('f', 'w').write('x')");
      assertThat(traces(driver.config())).anyMatch(trace -> trace.endsWith("/cntr_1/f"));
    }
  }

  @Test
  void whatIsMissingIsNamedWithTheWayOut() throws Exception {
    OciConfig good = config();
    Path nowhere = directory.resolve("nowhere");
    assertThatThrownBy(() -> open(with(good, nowhere, good.rootfs(), good.source())))
        .hasMessageContaining("apt-get install runc");
    assertThatThrownBy(() -> open(with(good, good.runtime(), nowhere, good.source())))
        .hasMessageContaining("image build");
    assertThatThrownBy(() -> open(with(good, good.runtime(), good.rootfs(), nowhere)))
        .hasMessageContaining("sandbox.source");
  }
}
