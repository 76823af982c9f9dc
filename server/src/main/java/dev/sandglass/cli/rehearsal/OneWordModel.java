package dev.sandglass.cli.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/** A Chat Completions endpoint on loopback that streams one word to every question. */
final class OneWordModel implements AutoCloseable {

  private static final String CHUNK =
      "data: {\"object\":\"chat.completion.chunk\",\"model\":\"one-word\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}\n\n";

  private final HttpServer server;

  OneWordModel() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/models", e -> reply(e, "{\"object\":\"list\",\"data\":[{\"id\":\"one-word\"}]}"));
    server.createContext("/v1/chat/completions", e -> reply(e, words()));
    server.start();
  }

  String url() {
    InetSocketAddress address = server.getAddress();
    return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/v1";
  }

  private static String words() {
    return String.format(Locale.ROOT, CHUNK, "Hel", "null")
        + String.format(Locale.ROOT, CHUNK, "lo.", "\"stop\"")
        + "data: [DONE]\n\n";
  }

  private static void reply(HttpExchange exchange, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String type = body.startsWith("data:") ? "text/event-stream" : "application/json";
    exchange.getResponseHeaders().set("Content-Type", type);
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
