package dev.sandglass.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.HttpFixture;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServerTest {

  @TempDir private Path home;

  @Test
  void serversForModelsEndpointsAreFoundBelowTheMainOne() throws Exception {
    assertThat(LocalServer.running(home)).isEmpty();
    Path endpoint = LocalServer.endpointHome(home, "e1");
    try (HttpFixture api = new HttpFixture(home)) {
      RunFile lingering = running(api.port, true);
      lingering.write(endpoint);
      running(1, true).write(LocalServer.endpointHome(home, "e2")); // does not answer
      assertThat(LocalServer.running(home)).containsExactly(lingering);
      RunFile main = running(api.port, false);
      main.write(home);
      assertThat(LocalServer.running(home)).containsExactly(main, lingering);
      assertThat(new LocalServer(home).url()).contains(main.url());
    }
  }

  private static RunFile running(int port, boolean linger) {
    URI url = URI.create("http://127.0.0.1:" + port + "/v1");
    return new RunFile(ProcessHandle.current().pid(), url, "sk-x", "b", linger);
  }
}
