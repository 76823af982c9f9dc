package dev.sandglass.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.sandglass.config.Config.Log.Format;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

class LogsTest {

  private static final String HOSTILE = "a\n00:00:00.000 ERROR forged\r\u001b[31m\u0000\u202e";

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatAClientNamesStaysWithinItsLine(Format format) {
    String line = line(format, "GET /v1/" + HOSTILE, new KeyValuePair("model", HOSTILE));
    assertThat(line.lines()).hasSize(1);
    assertThat(line.strip().chars()).noneMatch(Character::isISOControl);
    assertThat(line).contains("ERROR forged");
  }

  @Test
  void anOrdinaryLineIsLeftAsItIs() {
    assertThat(line(Format.TEXT, "GET /v1/größe \"x\"", new KeyValuePair("ms", 3)))
        .endsWith("GET /v1/größe \"x\" ms=\"3\"" + System.lineSeparator());
    assertThat(line(Format.TEXT, "stopping", null)).endsWith("stopping" + System.lineSeparator());
  }

  private static String line(Format format, String message, @Nullable KeyValuePair pair) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("test"), Level.INFO, message, null, null);
    if (pair != null) {
      event.setKeyValuePairs(List.of(pair));
    }
    return new String(Logs.encoder(format, context).encode(event), StandardCharsets.UTF_8);
  }
}
