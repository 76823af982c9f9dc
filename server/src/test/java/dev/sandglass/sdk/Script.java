package dev.sandglass.sdk;

import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedModel.Received;
import dev.sandglass.testing.ScriptedReply;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What the scripted model does for the questions of the SDK tests: a question begins with its mark,
 * [chart] for example.
 */
final class Script {

  private static final String CHART =
      """
      import pandas as pd
      import matplotlib.pyplot as plt
      df = pd.read_csv("/mnt/data/sales.csv")
      df.groupby("product")["revenue"].sum().plot.bar(title="Revenue by product")
      plt.tight_layout()
      plt.savefig("/mnt/data/chart.png")
      print("rows:", len(df))
      """;

  private static final String READ = "import pandas as pd\nprint('rows:', len(pd.read_csv('%s')))";

  /** Small limits, so that each error of the API can be had. */
  static final Map<String, String> SETTINGS =
      Map.of("files.max-bytes", "1MiB", "container.max-per-project", "60");

  private Script() {}

  static ScriptedModel install(ScriptedModel model) {
    return model
        .when(asked("[chart]", 0), ScriptedReply.code(CHART))
        .when(
            asked("[chart]", 1),
            ScriptedReply.text("Here it is: [the chart](sandbox:/mnt/data/chart.png)"))
        .when(asked("[down]", 0), ScriptedReply.error(400, "out of order"))
        .when(asked("[slow]", 0), ScriptedReply.stream().silence())
        .when(asked("[remember]", 0), ScriptedReply.code("kept = 41"))
        .when(asked("[remember]", 1), ScriptedReply.text("Kept."))
        .when(asked("[recall]", 0), ScriptedReply.code("print(kept + 1)"))
        .when(asked("[recall]", 1), ScriptedReply.text("See the output."))
        .when(asked("[retry]", 0), ScriptedReply.code(READ.formatted("/mnt/data/nosuch.csv")))
        .when(asked("[retry]", 1), ScriptedReply.code(READ.formatted("/mnt/data/sales.csv")))
        .when(asked("[retry]", 2), ScriptedReply.text("Done, at the second attempt."));
  }

  /** The last question has this mark, and that many results have come since. */
  private static Predicate<Received> asked(String mark, int results) {
    return request -> {
      int since = 0;
      JsonNode messages = request.body().path("messages");
      for (int i = messages.size() - 1; i >= 0; i--) {
        JsonNode message = messages.get(i);
        String role = message.path("role").asString("");
        if (role.equals("tool")) {
          since++;
        } else if (role.equals("user") && message.toString().contains("[")) {
          return message.toString().contains(mark) && since == results;
        }
      }
      return false;
    };
  }
}
