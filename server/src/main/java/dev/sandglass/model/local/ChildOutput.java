package dev.sandglass.model.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Reads a child's output to its end: every line into the log, the port out of it. */
final class ChildOutput {
  private ChildOutput() {}

  static void read(Process process, BoundedLog log, CompletableFuture<Integer> port) {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        log.line(line);
        Integer found = port.isDone() ? null : LlamaCommand.port(line);
        if (found != null) {
          port.complete(found);
        }
      }
    } catch (IOException e) {
      log.line("(output lost: " + e.getMessage() + ")");
    } finally {
      port.completeExceptionally(new IOException("the output ended"));
    }
  }
}
