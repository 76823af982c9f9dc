package dev.sandglass.model.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/**
 * A program that is called like {@code llama-server} and does as a test says; a child process like
 * the real one.
 */
final class FakeLlamaServer {
  private static final String SERVING =
      """
      #!/usr/bin/python3
      import http.server, os, sys
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
          def log_message(self, *args):
              pass
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      print("I srv  listening on http://127.0.0.1:%d" % server.server_address[1], flush=True)
      server.serve_forever()
      """;

  private FakeLlamaServer() {}

  static LocalModelSettings serving(Path folder) throws IOException {
    return settings(folder, SERVING, Duration.ofSeconds(60));
  }

  static LocalModelSettings crashing(Path folder) throws IOException {
    return settings(
        folder, "#!/bin/sh\necho tensor data is damaged\nexit 7\n", Duration.ofSeconds(60));
  }

  static LocalModelSettings silent(Path folder) throws IOException {
    return settings(folder, "#!/bin/sh\nexec sleep 600\n", Duration.ofMillis(200));
  }

  private static LocalModelSettings settings(Path folder, String program, Duration startTimeout)
      throws IOException {
    Path server = Files.writeString(folder.resolve("llama-server"), program);
    Files.setPosixFilePermissions(server, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path weights = Files.writeString(folder.resolve("tiny.gguf"), "GGUF");
    return new LocalModelSettings(
        "tiny", weights, server, folder.resolve("model.log"), 1024, 1, 0, startTimeout, null);
  }
}
