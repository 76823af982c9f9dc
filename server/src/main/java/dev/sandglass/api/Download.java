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

  private static final Pattern RANGE =
      Pattern.compile("bytes=(\\d*)-(\\d*)", Pattern.CASE_INSENSITIVE);

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
    // No validators are sent, so a condition on one (If-Range) cannot hold: the whole is the
    // answer.
    @Nullable Range range =
        x.requestHeader("If-Range") == null ? range(x.requestHeader("Range"), size) : null;
    if (range != null && range.first() >= size) {
      response.setHeader("Content-Range", "bytes */" + size);
      ErrorMapper.answer(
          x.context(),
          416,
          "invalid_request_error",
          "The file has " + size + " bytes; the range has none of them.",
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
      long count = number(m.group(2));
      // The last 0 bytes are none, so no range satisfies it.
      return count == 0 ? new Range(size, size) : new Range(Math.max(0, size - count), size - 1);
    }
    long first = number(m.group(1));
    long last = m.group(2).isEmpty() ? Long.MAX_VALUE : number(m.group(2));
    return last < first ? null : new Range(first, last);
  }

  /** Digits of any length; what no file reaches counts as the largest number. */
  private static long number(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }

  /** With a plain name for old clients and the true one in UTF-8 (RFC 6266). */
  static String disposition(String filename) {
    String plain = filename.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_");
    String encoded = URLEncoder.encode(filename, StandardCharsets.UTF_8).replace("+", "%20");
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }
}
