package dev.sandglass.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.testing.Api;
import dev.sandglass.testing.RunningServer;
import dev.sandglass.testing.ScriptedModel;
import dev.sandglass.testing.ScriptedReply;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Best Practices 3: "This CSV has 10M rows", with the default limits: a card, a sample, outliers, a
 * chart, and the whole table read at once.
 */
class LargeFileTest {

  private static final int ROWS = 10_000_000;
  private static final int BLOCK = 10_000;

  private static final String SAMPLE =
      """
      import pandas as pd
      import matplotlib.pyplot as plt

      parts = pd.read_csv("/mnt/data/readings.csv", chunksize=1_000_000)
      sample = pd.concat(part.sample(frac=0.001, random_state=n) for n, part in enumerate(parts))
      far = sample[(sample["temperature"] - sample["temperature"].mean()).abs() > 5 * sample["temperature"].std()]
      sample["temperature"].hist(bins=40)
      plt.savefig("/mnt/data/temperature.png")
      plt.close()
      print(len(sample), round(sample["temperature"].median()), 0 < len(far) < 100)
      """;

  private static final String WHOLE =
      """
      table = pd.read_csv("/mnt/data/readings.csv")
      print(len(table), table["humidity"].sum())
      print(table.describe().loc["max", "humidity"] < 70)
      """;

  @Test
  void tenMillionRowsAreCardedSampledAndReadWhole(@TempDir Path directory) throws Exception {
    Random chance = new Random(5);
    StringBuilder rows = new StringBuilder();
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      int humidity = chance.nextInt(30, 70);
      sum += humidity;
      double temperature = 20 + 2 * chance.nextGaussian() + (i % 1000 == 0 ? 100 : 0);
      rows.append(String.format(Locale.ROOT, "%.2f,%d,%d\n", temperature, humidity, i));
    }
    byte[] block = rows.toString().getBytes(US_ASCII);

    try (ScriptedModel model = ScriptedModel.start();
        RunningServer server = RunningServer.start(directory, model, Map.of());
        Api api = new Api(server.url(), server.key())) {
      JsonNode file = api.uploading("/files", "readings.csv", () -> table(block)).json();
      assertThat(file.path("bytes").asLong()).isGreaterThan(100_000_000);
      model.reply(
          ScriptedReply.code(SAMPLE), ScriptedReply.code(WHOLE), ScriptedReply.text("Done."));
      JsonNode response =
          api.post(
                  "/responses",
                  """
                  {'model':'m','messages':[{'role':'user','content':'Sample 10,000 rows.'}],'tools':[
                    {'type':'code_interpreter','container':{'type':'auto','file_ids':['%s']}}]}
                  """
                      .formatted(file.path("id").asString()))
              .json();

      assertThat(model.requests().getFirst().body().path("messages").toString())
          .as("the card")
          .contains("readings.csv: CSV, separator ',', 10000000 rows, 3 columns", "temperature");
      JsonNode sampled = response.at("/tool_outputs/0");
      assertThat(sampled.path("error").isNull()).as("%s", sampled).isTrue();
      assertThat(sampled.path("logs").asString()).isEqualTo("10000 20 True\n");
      assertThat(sampled.at("/files/0/filename").asString()).isEqualTo("temperature.png");
      JsonNode whole = response.at("/tool_outputs/1");
      assertThat(whole.path("error").isNull()).as("%s", whole).isTrue();
      assertThat(whole.path("logs").asString())
          .isEqualTo("%d %d\nTrue\n".formatted(ROWS, sum * (ROWS / BLOCK)));
    }
  }

  /** Made while it is sent. */
  private static InputStream table(byte[] block) {
    List<InputStream> parts = new ArrayList<>();
    parts.add(new ByteArrayInputStream("temperature,humidity,sensor\n".getBytes(US_ASCII)));
    for (int i = 0; i < ROWS / BLOCK; i++) {
      parts.add(new ByteArrayInputStream(block));
    }
    return new SequenceInputStream(Collections.enumeration(parts));
  }
}
