package dev.sandglass.container;

import dev.sandglass.config.Trait;
import dev.sandglass.file.Blob;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import dev.sandglass.store.Page;
import dev.sandglass.store.PageRequest;
import java.util.Optional;

/**
 * The container files API's domain: what lies in a container, seen and changed from outside. Every
 * call counts as use of the container, but a list doesn't. Thread-safe.
 */
public final class ContainerFiles {

  private final ContainerService service;

  public ContainerFiles(ContainerService service) {
    this.service = service;
  }

  /** Puts an upload into a container. */
  public ContainerFile add(
      String project, String containerId, String filename, BlobStore.Staged upload)
      throws InterruptedException {
    Container c = alive(project, containerId);
    Blob content = FileService.keep(upload);
    return service
        .workspace()
        .add(
            service.live(c),
            c.id(),
            InputName.ofUpload(c.edition(), filename),
            content.sha256(),
            content.bytes(),
            /* fileId= */ null);
  }

  /**
   * Copies a file of the Files API into a container, once: its copy of earlier is given if there is
   * one.
   */
  public ContainerFile copy(String project, String containerId, String fileId)
      throws InterruptedException {
    Container c = alive(project, containerId);
    StoredFile file =
        service
            .inputs()
            .find(project, fileId)
            .orElseThrow(() -> Containers.noSuchInputFile(fileId, "file_id"));
    service.addCopy(c, file);
    return service.repository().files(c.id()).stream()
        .filter(f -> fileId.equals(f.fileId()))
        .findFirst()
        .orElseThrow(() -> Containers.fileNotFound(fileId));
  }

  public Page<ContainerFile> list(String project, String containerId, PageRequest page) {
    String id = shown(service.find(project, containerId), containerId).id();
    return service.repository().listFiles(id, page);
  }

  public ContainerFile find(String project, String containerId, String id) {
    return service
        .repository()
        .findFile(existing(project, containerId).id(), id)
        .orElseThrow(() -> Containers.fileNotFound(id));
  }

  public Content content(ContainerFile f) {
    return service.workspace().content(f, service.liveIfRunning(f.containerId()));
  }

  public void delete(String project, String containerId, String id) throws InterruptedException {
    Container c = alive(project, containerId);
    service.workspace().delete(service.live(c), find(project, containerId, id));
  }

  private Container alive(String project, String id) {
    Container c = service.requireAlive(project, id);
    if (!service.repository().touch(c.id(), service.clock().instant())) {
      throw Containers.expired(id);
    }
    return c;
  }

  /** Also one that has expired, where its files outlive it. */
  private Container existing(String project, String id) {
    return shown(service.retrieve(project, id), id);
  }

  private Container shown(Optional<Container> found, String id) {
    return found.filter(this::stillShowsFiles).orElseThrow(() -> Containers.notFound(id));
  }

  private boolean stillShowsFiles(Container c) {
    return c.edition().has(Trait.FILES_OUTLIVE_CONTAINER) || !service.expired(c);
  }

  /**
   * A generated file by its id alone, in any container of the project (the guide downloads by
   * {@code /v1/files/{id}/content}).
   */
  public Optional<ContainerFile> findAnywhere(String project, String id) {
    return service
        .repository()
        .findFile(id)
        .filter(f ->
            service.retrieve(project, f.containerId()).filter(this::stillShowsFiles).isPresent());
  }
}
