package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Json;
import dev.sandglass.common.Text;
import dev.sandglass.config.Trait;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.container.ContainerFiles;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /v1/files} (openai-api.md 3). Also gives out generated files by their id alone, as the
 * guide's samples want it, where the edition has that.
 */
public final class FilesResource implements Resource {

  private static final List<String> PURPOSES =
      List.of("assistants", "batch", "fine-tune", "vision", "user_data", "evals");

  /** Purposes whose content the hosted service keeps back (openai-api.md 3.3). */
  private static final Set<String> KEPT_BACK = Set.of("assistants", "user_data");

  private static final int MAX_LIST = 10_000;

  private final FileService files;
  private final ContainerFiles containerFiles;
  private final boolean download;

  /**
   * @param download whether content of every purpose is given out ({@code files.download})
   */
  public FilesResource(FileService files, ContainerFiles containerFiles, boolean download) {
    this.files = files;
    this.download = download;
    this.containerFiles = containerFiles;
  }

  @Override
  public void routes(Router r) {
    r.post("/v1/files", this::create);
    r.get("/v1/files", this::list);
    r.get("/v1/files/{id}", this::retrieve);
    r.get("/v1/files/{id}/content", this::content);
    r.delete("/v1/files/{id}", this::delete);
  }

  private void create(Exchange x) throws Exception {
    String type = x.requestHeader("Content-Type");
    if (type == null || !Multipart.is(type)) {
      throw ApiException.invalid("Upload the file as multipart/form-data.", null, "file");
    }
    try (Multipart.Form form = Multipart.read(type, x.bodyStream(), files)) {
      BlobStore.Staged content = form.file();
      if (content == null) {
        throw ApiException.missing("file");
      }
      String purpose = form.fields().get("purpose");
      if (purpose == null) {
        throw ApiException.missing("purpose");
      }
      if (!PURPOSES.contains(purpose)) {
        throw ApiException.value("purpose", purpose, PURPOSES);
      }
      @Nullable Duration expiry = expiry(form.fields());
      x.once(
          String.join("\n", form.filename(), purpose, content.blob().sha256(), "" + expiry),
          makes -> {
            StoredFile made = files.create(x.project(), form.filename(), purpose, content, expiry);
            makes.accept(made.id());
            x.json(wire(made));
          },
          made ->
              x.json(
                  wire(
                      files
                          .find(x.project(), made)
                          .orElseThrow(
                              () -> ApiException.notFound("No such File object: " + made, "id")))));
    }
  }

  private static @Nullable Duration expiry(Map<String, String> fields) {
    String seconds = fields.get("expires_after[seconds]");
    if (seconds == null) {
      return null;
    }
    String anchor = fields.get("expires_after[anchor]");
    if (!"created_at".equals(anchor)) {
      throw ApiException.value(
          "expires_after[anchor]", String.valueOf(anchor), List.of("created_at"));
    }
    try {
      long s = Long.parseLong(seconds);
      if (s < 3600 || s > 2_592_000) {
        throw ApiException.invalid(
            "Invalid 'expires_after[seconds]': expected a value between 3600 and 2592000, but got "
                + s
                + " instead.",
            s < 3600 ? "integer_below_min_value" : "integer_above_max_value",
            "expires_after[seconds]");
      }
      return Duration.ofSeconds(s);
    } catch (NumberFormatException e) {
      throw ApiException.type("expires_after[seconds]", "an integer", "a string");
    }
  }

  private void list(Exchange x) {
    x.json(
        Paging.envelope(
            files.list(x.project(), x.query("purpose"), Paging.request(x, MAX_LIST, MAX_LIST)),
            FilesResource::wire));
  }

  private void retrieve(Exchange x) {
    Optional<ContainerFile> generated = generated(x);
    x.json(generated.isPresent() ? wire(generated.get()) : wire(require(x)));
  }

  private void content(Exchange x) throws Exception {
    Optional<ContainerFile> generated = generated(x);
    if (generated.isPresent()) {
      ContainerFile f = generated.get();
      Download.send(x, f.filename(), f.bytes(), containerFiles.content(f)::copy);
      return;
    }
    StoredFile f = require(x);
    if (!download && KEPT_BACK.contains(f.purpose())) {
      throw ApiException.invalid(
          "Not allowed to download files of purpose: " + f.purpose() + " (files.download is off).",
          null,
          null);
    }
    Download.send(
        x,
        f.filename(),
        f.bytes(),
        (offset, length, to) -> {
          try (InputStream in = files.open(f)) {
            in.skipNBytes(offset);
            dev.sandglass.container.Streams.copy(in, to, length);
          }
        });
  }

  private void delete(Exchange x) {
    if (!files.delete(x.project(), x.path("id"))) {
      throw notFound(x.path("id"));
    }
    x.json(
        Json.MAPPER
            .createObjectNode()
            .put("id", x.path("id"))
            .put("object", "file")
            .put("deleted", true));
  }

  private Optional<ContainerFile> generated(Exchange x) {
    String id = x.path("id");
    return id.startsWith("cfile_") && x.edition().has(Trait.GENERATED_FILES_BY_ID)
        ? containerFiles.findAnywhere(x.project(), id)
        : Optional.empty();
  }

  private StoredFile require(Exchange x) {
    return files.find(x.project(), x.path("id")).orElseThrow(() -> notFound(x.path("id")));
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("No such File object: " + Text.shown(id), "id");
  }

  private static ObjectNode wire(StoredFile f) {
    ObjectNode node =
        file(f.id(), f.bytes(), f.createdAt().getEpochSecond(), f.filename(), f.purpose());
    if (f.expiresAt() == null) {
      node.putNull("expires_at");
    } else {
      node.put("expires_at", f.expiresAt().getEpochSecond());
    }
    return node;
  }

  private static ObjectNode wire(ContainerFile f) {
    return file(
            f.id(), f.bytes(), f.createdAt().getEpochSecond(), f.filename(), "assistants_output")
        .putNull("expires_at");
  }

  private static ObjectNode file(
      String id, long bytes, long createdAt, String filename, String purpose) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", id)
        .put("object", "file")
        .put("bytes", bytes)
        .put("created_at", createdAt)
        .put("filename", filename)
        .put("purpose", purpose)
        .put("status", "processed")
        .putNull("status_details");
  }
}
