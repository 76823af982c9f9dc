package dev.sandglass.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandglass.common.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;

/** Files that cells wrote, read with Java's libraries or the machine's own Python. */
final class Written {

  private Written() {}

  static List<String> lines(byte[] content) {
    return new String(content, StandardCharsets.UTF_8).lines().toList();
  }

  static String latin(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  static JsonNode json(byte[] content) {
    return Json.MAPPER.readTree(content);
  }

  static Document xml(byte[] content) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // An SVG's document type names an address: nothing is fetched.
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(content));
  }

  /** Names and texts of its entries. */
  static Map<String, String> zip(byte[] content) throws Exception {
    Map<String, String> entries = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(content))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.put(e.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return entries;
  }

  static long sqlite(byte[] content, String query) throws Exception {
    Path file = Files.write(Files.createTempFile("made", ".sqlite"), content);
    try (Connection db = DriverManager.getConnection("jdbc:sqlite:" + file);
        ResultSet row = db.createStatement().executeQuery(query)) {
      return row.getLong(1);
    } finally {
      Files.delete(file);
    }
  }

  static String pickle(byte[] content) throws Exception {
    Process python =
        new ProcessBuilder(
                "python3", "-c", "import pickle, sys; print(pickle.load(sys.stdin.buffer))")
            .start();
    try (var in = python.getOutputStream()) {
      in.write(content);
    }
    return new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  static void assertImage(byte[] content, String format, int width, int height, int frames)
      throws Exception {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
      ImageReader reader = ImageIO.getImageReaders(in).next();
      reader.setInput(in);
      assertThat(reader.getFormatName()).isEqualToIgnoringCase(format);
      assertThat(reader.getNumImages(true)).isEqualTo(frames);
      var image = reader.read(frames - 1);
      assertThat(image.getWidth()).isEqualTo(width);
      assertThat(image.getHeight()).isEqualTo(height);
    }
  }
}
