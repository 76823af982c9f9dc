package dev.sandglass.sandbox.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.OrdinaryUser;
import dev.sandglass.testing.Runc;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A server that isn't root finds again and removes what one before it has left. */
class RootlessDriverTest {

  @Test
  void nothingIsLeftAndEverythingIsFoundWithoutRoot() throws Exception {
    OrdinaryUser.passes(Contract.class);
  }

  static class Contract extends TakeOverContract {

    @Override
    OciConfig config() throws Exception {
      return Runc.config(directory, Runc.DISKS);
    }

    @Override
    OciDriver open(OciConfig config) throws InterruptedException {
      return OciDriver.open(config);
    }

    @Test
    void filesOnTheHostBelongToNobodyElseAndAreRemovedWithTheirContainer() throws Exception {
      OciConfig.Disks none = new OciConfig.Disks(OciConfig.Disks.Kind.NONE, 0);
      OciConfig config = Runc.config(directory, none);
      try (OciDriver driver = open(config)) {
        var container = driver.create(spec("cntr_1"));
        print(container, "import os; os.mkdir('d', 0o700); open('d/f', 'w').write('x')");
        Path files;
        try (var boxes = Files.newDirectoryStream(config.dataDir())) {
          files = boxes.iterator().next().resolve("cntr_1");
        }
        assertThat(files).isDirectory();
        assertThat(Files.isReadable(files)).as("readable for the server's user").isFalse();
        container.close();
        assertThat(files).doesNotExist();
      }
      assertNothingIsLeft(config);
    }
  }
}
