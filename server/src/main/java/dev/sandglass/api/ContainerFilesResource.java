package dev.sandglass.api;

import dev.sandglass.common.ApiException;
import dev.sandglass.common.Fields;
import dev.sandglass.common.Json;
import dev.sandglass.container.ContainerFile;
import dev.sandglass.container.ContainerFiles;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileNames;
import dev.sandglass.file.FileService;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/containers/{id}/files} (openai-api.md 2). */
public final class ContainerFilesResource implements Resource {

  private static final String FILES = "/v1/containers/{container}/files";

  private final ContainerFiles containerFiles;
  private final FileService files;

  public ContainerFilesResource(ContainerFiles containerFiles, FileService files) {
    this.containerFiles = containerFiles;
    this.files = files;
  }

  @Override
  public void routes(Router r) {
    r.post(FILES, this::create);
    r.get(FILES, this::list);
    r.get(FILES + "/{id}", x -> x.json(wire(find(x))));
    r.get(FILES + "/{id}/content", this::content);
    r.delete(FILES + "/{id}", this::delete);
  }

  /** Three forms: a multipart file, a multipart {@code file_id}, a JSON {@code file_id}. */
  private void create(Exchange x) throws Exception {
    String type = x.requestHeader("Content-Type");
    if (type != null && Multipart.is(type)) {
      try (Multipart.Form form = Multipart.read(type, x.bodyStream(), files)) {
        BlobStore.Staged content = form.file();
        onlyOne(content != null, form.fields().containsKey("file_id"));
        String what =
            content == null
                ? "copy " + form.fields().get("file_id")
                : "file " + form.filename() + "\n" + content.blob().sha256();
        once(x, what, () -> content == null ? copy(x, form.fields().get("file_id")) : add(x, form));
      }
      return;
    }
    Fields body = Fields.of(x.body());
    body.onlyKnown("file_id", "file");
    String fileId = body.string("file_id");
    onlyOne(body.has("file"), fileId != null);
    once(x, "copy " + fileId, () -> copy(x, fileId));
  }

  private static void onlyOne(boolean file, boolean fileId) {
    if (file && fileId) {
      throw ApiException.invalid(
          "Only one of 'file' and 'file_id' may be given.", "mutually_exclusive_parameters", null);
    }
  }

  /** Puts a file there, once for each {@code Idempotency-Key}. */
  private void once(Exchange x, String what, Callable<ContainerFile> put) throws Exception {
    x.once(
        what,
        makes -> {
          ContainerFile made = put.call();
          makes.accept(made.id());
          x.json(wire(made));
        },
        made -> x.json(wire(containerFiles.find(x.project(), x.path("container"), made))));
  }

  private ContainerFile add(Exchange x, Multipart.Form form) throws InterruptedException {
    return containerFiles.add(
        x.project(),
        x.path("container"),
        FileNames.harmless(form.filename()),
        Objects.requireNonNull(form.file()));
  }

  private ContainerFile copy(Exchange x, @Nullable String fileId) throws InterruptedException {
    if (fileId == null || fileId.isBlank()) {
      throw ApiException.missing("file_id");
    }
    return containerFiles.copy(x.project(), x.path("container"), fileId.strip());
  }

  private void list(Exchange x) {
    x.json(
        Paging.envelope(
            containerFiles.list(x.project(), x.path("container"), Paging.request(x, 20, 100)),
            ContainerFilesResource::wire));
  }

  private ContainerFile find(Exchange x) {
    return containerFiles.find(x.project(), x.path("container"), x.path("id"));
  }

  private void content(Exchange x) throws Exception {
    ContainerFile f = find(x);
    Download.send(x, f.filename(), f.bytes(), containerFiles.content(f)::copy);
  }

  private void delete(Exchange x) throws Exception {
    containerFiles.delete(x.project(), x.path("container"), x.path("id"));
    x.json(
        Json.MAPPER
            .createObjectNode()
            .put("id", x.path("id"))
            .put("object", "container.file.deleted")
            .put("deleted", true));
  }

  private static ObjectNode wire(ContainerFile f) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", f.id())
        .put("object", "container.file")
        .put("container_id", f.containerId())
        .put("created_at", f.createdAt().getEpochSecond())
        .put("bytes", f.bytes())
        .put("path", f.path())
        .put("source", f.source().name().toLowerCase(Locale.ROOT));
  }
}
