package dev.sandglass.api;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers with a file's bytes, or a range of them (RFC 9110, 14); memory stays flat. */
final class Download {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private Download() {}

  /** Gives out {@code length} bytes from {@code offset}. */
  @FunctionalInterface
  interface Source {
    void copy(long offset, long length, OutputStream to) throws IOException, InterruptedException;
  }

  static void send(Exchange x, String filename, long size, Source source)
      throws IOException, InterruptedException {
    HttpServletResponse response = x.context().res();
    response.setContentType("application/octet-stream");
    response.setHeader("Accept-Ranges", "bytes");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Content-Disposition", disposition(filename));
    @Nullable Range range = range(x.requestHeader("Range"), size);
    if (range != null && range.first() >= size) {
      response.setHeader("Content-Range", "bytes */" + size);
      ErrorMapper.answer(
          x.context(),
          416,
          "invalid_request_error",
          "The file has " + size + " bytes; the range begins after it.",
          null,
          null);
      return;
    }
    long offset = range == null ? 0 : range.first();
    long length = range == null ? size : Math.min(range.last(), size - 1) - offset + 1;
    if (range != null) {
      response.setStatus(206);
      response.setHeader(
          "Content-Range", "bytes " + offset + "-" + (offset + length - 1) + "/" + size);
    }
    response.setContentLengthLong(length);
    OutputStream out = response.getOutputStream();
    source.copy(offset, length, out);
    out.flush();
  }

  /** Both bytes included. */
  private record Range(long first, long last) {}

  /** One range; anything else is ignored, as the RFC allows. */
  private static @Nullable Range range(@Nullable String header, long size) {
    if (header == null) {
      return null;
    }
    Matcher m = RANGE.matcher(header.strip());
    if (!m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
      return null;
    }
    if (m.group(1).isEmpty()) {
      long count = Long.parseLong(m.group(2));
      return count == 0 ? null : new Range(Math.max(0, size - count), size - 1);
    }
    long first = Long.parseLong(m.group(1));
    long last = m.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(m.group(2));
    return last < first ? null : new Range(first, last);
  }

  /** With a plain name for old clients and the true one in UTF-8 (RFC 6266). */
  static String disposition(String filename) {
    String plain = filename.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_");
    String encoded = URLEncoder.encode(filename, StandardCharsets.UTF_8).replace("+", "%20");
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }
}
