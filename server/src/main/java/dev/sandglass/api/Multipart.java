package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.SandglassException;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.jspecify.annotations.Nullable;

/**
 * Reads a multipart form in one pass (RFC 7578): the file's content goes to the store as it comes,
 * whatever the order of the parts. SDKs differ: some send the file first, some without a filename.
 */
final class Multipart {

  private static final int MAX_PARTS = 20;
  private static final int MAX_FIELD = 64 << 10;
  private static final int MAX_PART_HEADERS = 16 << 10;
  private static final int MAX_EPILOGUE = 64 << 10;
  private static final Pattern BOUNDARY =
      Pattern.compile("boundary=(?:\"([^\"]{1,200})\"|([^;\\s]{1,200}))", Pattern.CASE_INSENSITIVE);
  private static final Pattern PARAMETER =
      Pattern.compile("(?:^|;)\\s*([\\w*]+)=(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^;\\s]*))");

  private Multipart() {}

  /** What came: simple fields, and at most one file, which closing forgets unless it was kept. */
  record Form(
      Map<String, String> fields, @Nullable String filename, BlobStore.@Nullable Staged file)
      implements AutoCloseable {

    @Override
    public void close() {
      if (file != null) {
        file.close();
      }
    }
  }

  static boolean is(@Nullable String contentType) {
    return contentType != null
        && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  /**
   * @throws ApiException 400 for a malformed form
   * @throws SandglassException 413 above {@code files.max-bytes}
   */
  static Form read(String contentType, InputStream body, FileService files) throws IOException {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      throw malformed("the content type has no boundary");
    }
    String mark = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
    try {
      MultipartInput input =
          MultipartInput.builder()
              .setInputStream(body)
              .setBoundary(mark.getBytes(StandardCharsets.ISO_8859_1))
              .setMaxPartHeaderSize(MAX_PART_HEADERS)
              .get();
      input.setHeaderCharset(StandardCharsets.UTF_8); // names are UTF-8 (RFC 7578, 5.1)
      return parts(input, body, files);
    } catch (FileUploadException e) {
      throw unreadable(e);
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
  }

  /** What a failed read of the form tells the client. */
  static ApiException unreadable(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException) {
        return ApiException.invalid(
            "The upload stood still for longer than server.read-timeout: send it again.",
            null,
            null);
      }
    }
    return malformed(String.valueOf(e.getMessage()));
  }

  private static Form parts(MultipartInput input, InputStream body, FileService files)
      throws IOException {
    Reading reading = new Reading(files);
    boolean whole = false;
    try {
      reading.parts(input);
      epilogue(body);
      whole = true;
      return reading.form();
    } finally {
      if (!whole) {
        reading.form().close();
      }
    }
  }

  /**
   * What follows the last boundary means nothing (RFC 2046, 5.1.1), but the request ends only after
   * it: answered before, a chunked upload loses its connection, and with it the client's next
   * request.
   */
  private static void epilogue(InputStream body) throws IOException {
    if (body.readNBytes(MAX_EPILOGUE + 1).length > MAX_EPILOGUE) {
      throw malformed("more than " + MAX_EPILOGUE + " bytes follow its last boundary");
    }
  }

  /** A form as far as it has been read. For one thread. */
  private static final class Reading {
    private final FileService files;
    private final Map<String, String> fields = new HashMap<>();
    private @Nullable String filename;
    private BlobStore.@Nullable Staged file;

    Reading(FileService files) {
      this.files = files;
    }

    Form form() {
      return new Form(Map.copyOf(fields), filename, file);
    }

    void parts(MultipartInput input) throws IOException {
      boolean more = input.skipPreamble();
      if (!more) {
        throw malformed("the boundary does not occur in the body");
      }
      for (int count = 0; more; count++) {
        if (count == MAX_PARTS) {
          throw malformed("more than " + MAX_PARTS + " parts");
        }
        part(input, disposition(input.readHeaders()));
        more = input.readBoundary();
      }
    }

    private void part(MultipartInput input, Map<String, String> disposition) throws IOException {
      String name = disposition.getOrDefault("name", "");
      if (name.equals("file")) {
        if (file != null) {
          throw malformed("more than one file");
        }
        filename = disposition.get("filename");
        // Closed only when it has ended: closing reads what is left, which may have no end.
        InputStream content = new PartContent(input.newInputStream());
        file = files.receive(content);
        content.close();
        return;
      }
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      InputStream content = input.newInputStream();
      value.writeBytes(content.readNBytes(MAX_FIELD + 1));
      if (value.size() > MAX_FIELD) {
        throw malformed("field " + name + " has more than " + MAX_FIELD + " bytes");
      }
      content.close();
      String before = fields.put(name, value.toString(StandardCharsets.UTF_8));
      if (before != null && !name.endsWith("[]")) {
        throw malformed("more than one field " + name);
      }
    }
  }

  static Map<String, String> disposition(String headers) {
    Map<String, String> result = new HashMap<>();
    for (String line : headers.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        Matcher m = PARAMETER.matcher(line.substring(line.indexOf(':') + 1));
        while (m.find()) {
          String value = m.group(2) != null ? m.group(2) : m.group(3);
          // Browsers and SDKs write a quote as %22 or \".
          result.putIfAbsent(
              m.group(1).toLowerCase(Locale.ROOT),
              value.replace("\\\"", "\"").replace("%22", "\""));
        }
      }
    }
    if (result.get("filename*") instanceof String extended) {
      Matcher m = Pattern.compile("(?i)utf-8'[^']*'(.*)").matcher(extended);
      if (m.matches()) {
        result.put("filename", percentDecoded(m.group(1)));
      }
    }
    return result;
  }

  private static String percentDecoded(String s) {
    try {
      return java.net.URLDecoder.decode(s.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return s;
    }
  }

  static ApiException malformed(String how) {
    return ApiException.invalid("The multipart form is malformed: " + how + ".", null, null);
  }
}
