package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The guide's "Limited RAM (varies by container)". */
class MemoryOfAContainerTest {

  /** 1.5 GiB. */
  private static final String MUCH = "import numpy as np\nprint(np.ones(3 << 26).nbytes)";

  @Test
  void itIsAsMuchAsTheContainerWasMadeWith(@TempDir Path directory) throws Exception {
    try (ScriptedModel model = ScriptedModel.start();
        RunningServer server = RunningServer.start(directory, model, Map.of());
        Api api = new Api(server.url(), server.key())) {
      for (String form : new String[] {"{'type':'auto','memory_limit':'4g'}", made(api, "4g")}) {
        assertThat(ran(api, model, form).path("logs").asString()).isEqualTo("1610612736\n");
      }
      JsonNode small = ran(api, model, "{'type':'auto'}");
      assertThat(small.path("error").asString()).contains("Unable to allocate 1.50 GiB");
    }
  }

  private static String made(Api api, String memory) throws Exception {
    JsonNode made = api.post("/containers", "{'memory_limit':'%s'}".formatted(memory)).json();
    assertThat(made.path("memory_limit").asString()).isEqualTo(memory);
    return "'" + made.path("id").asString() + "'";
  }

  private static JsonNode ran(Api api, ScriptedModel model, String container) throws Exception {
    model.reply(ScriptedReply.code(MUCH), ScriptedReply.text("Done."));
    String body = "{'model':'m','input':'Go','tools':[{'type':'code_interpreter','container':%s}]}";
    return api.post("/responses", body.formatted(container)).json().at("/tool_outputs/0");
  }
}
