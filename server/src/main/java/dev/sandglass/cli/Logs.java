package dev.sandglass.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.sandglass.config.Config;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging: by code, since reading logback's XML costs a tenth of a second at every start.
 */
final class Logs {

  /**
   * One line for each event: what clients and models have named (paths, models, files) is written
   * without control characters, which would make lines that nobody wrote, or steer a terminal.
   */
  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %logger{24} %replace(%msg%replace( %kvp){'^ $',''})"
          + "{'[\\p{Cntrl}\\u0080-\\u009f\\u2028-\\u202e\\u2066-\\u2069]','·'}%n";

  private Logs() {}

  /** For commands that are not servers: nothing but warnings. */
  static void quiet() {
    root().setLevel(Level.WARN);
  }

  static void configure(Config.Log config) {
    Logger root = root();
    LoggerContext context = root.getLoggerContext();
    root.detachAndStopAllAppenders();
    Encoder<ILoggingEvent> encoder = encoder(config.format(), context);
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setTarget("System.err");
    appender.start();
    root.addAppender(appender);
    root.setLevel(Level.toLevel(config.level().name()));
    for (String chatty :
        new String[] {"org.eclipse.jetty", "io.javalin", "org.flywaydb", "com.zaxxer.hikari"}) {
      context.getLogger(chatty).setLevel(Level.WARN);
    }
  }

  static Encoder<ILoggingEvent> encoder(Config.Log.Format format, LoggerContext context) {
    Encoder<ILoggingEvent> encoder;
    if (format == Config.Log.Format.JSON) {
      encoder = new JsonEncoder();
    } else {
      PatternLayoutEncoder text = new PatternLayoutEncoder();
      text.setPattern(PATTERN);
      encoder = text;
    }
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
