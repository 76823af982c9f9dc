package dev.sandglass.container;

import dev.sandglass.common.SandglassException;
import dev.sandglass.file.Blob;
import dev.sandglass.file.BlobStore;
import dev.sandglass.file.FileService;
import dev.sandglass.file.StoredFile;
import dev.sandglass.sandbox.CellListener;
import dev.sandglass.sandbox.CellRequest;
import dev.sandglass.sandbox.CellResult;
import dev.sandglass.sandbox.SandboxContainer;
import dev.sandglass.sandbox.SandboxException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One turn's hold on a container. */
final class TurnUse implements ContainerUse {

  private static final String ENDED_AFTER =
      "All processes of the container were ended right after this cell, and not by its code; files"
          + " that the cell has made or changed are not kept.";

  private final ContainerService service;
  private final Container container;
  private final LiveContainer live;
  private final Map<String, ContainerFile> changed = new LinkedHashMap<>();
  private boolean closed;

  TurnUse(ContainerService service, Container container, LiveContainer live) {
    this.service = service;
    this.container = container;
    this.live = live;
  }

  @Override
  public Container container() {
    return container;
  }

  @Override
  public List<FileCard> addFiles(List<String> fileIds, List<InlineFile> inline)
      throws InterruptedException {
    for (String id : fileIds) {
      StoredFile file =
          service
              .inputs()
              .find(container.project(), id)
              .orElseThrow(() -> Containers.noSuchInputFile(id, "file_ids"));
      service.addCopy(container, file);
    }
    for (InlineFile file : inline) {
      Blob blob = stored(file);
      service
          .workspace()
          .add(
              live,
              container.id(),
              InputName.ofUpload(container.edition(), file.filename()),
              blob.sha256(),
              blob.bytes(),
              /* fileId= */ null);
    }
    return cards();
  }

  private Blob stored(InlineFile file) {
    try (BlobStore.Staged content =
        service.inputs().receive(new ByteArrayInputStream(file.content()))) {
      return FileService.keep(content);
    }
  }

  private List<FileCard> cards() throws InterruptedException {
    List<FileCard> cards = new ArrayList<>();
    for (ContainerFile f : service.repository().files(container.id())) {
      if (f.source() == ContainerFile.Source.USER
          && f.sha256() != null
          && cards.size() < service.config().turn().maxCards()) {
        cards.add(service.cards().card(container.project(), f, f.sha256()));
      }
    }
    return cards;
  }

  @Override
  public void prepare() {
    live.prepare();
  }

  @Override
  public CellOutcome run(String cellId, String code, CellListener listener)
      throws InterruptedException {
    CellRequest request = service.request(cellId, code);
    prepare();
    try (CellQueue.Place place = live.queue.enter(service.config().sandbox().queueWait())) {
      SandboxContainer sandbox = sandbox();
      boolean lostBefore = live.takeStateLost();
      long before = service.registrar().changes(live);
      CellResult result = execute(sandbox, request, listener, lostBefore);
      live.hasState();
      if (!sandbox.alive()) {
        return new CellOutcome(result, List.of(), List.of(), List.of());
      }
      FileRegistrar.Changes changes;
      try {
        changes = service.registrar().register(live, sandbox, before, result.files());
      } catch (SandboxException e) {
        if (e.reason() != SandboxException.Reason.DEAD) {
          throw e;
        }
        return new CellOutcome(result, List.of(), List.of(), List.of(ENDED_AFTER));
      }
      changes.changed().forEach(f -> changed.put(f.path(), f));
      changes.deletedPaths().forEach(changed::remove);
      return new CellOutcome(result, changes.changed(), changes.deletedPaths(), changes.notes());
    }
  }

  @Override
  public void acknowledge(String cellId) {
    SandboxContainer sandbox = live.sandboxIfReady();
    if (sandbox != null) {
      sandbox.acknowledge(cellId);
    }
  }

  /** The process. Who has deleted the container in mid-turn hears that it is gone, not expired. */
  private SandboxContainer sandbox() throws InterruptedException {
    try {
      return live.sandbox();
    } catch (SandglassException e) {
      if (service.find(container.project(), container.id()).isEmpty()) {
        throw Containers.notFound(container.id());
      }
      throw e;
    }
  }

  private CellResult execute(
      SandboxContainer sandbox, CellRequest request, CellListener listener, boolean lostBefore)
      throws InterruptedException {
    try {
      aliases(sandbox, request.code());
      CellResult r = sandbox.execute(request, listener);
      return lostBefore ? withStateLost(r) : r;
    } catch (SandboxException e) {
      return switch (e.reason()) {
        case DEAD -> {
          live.hasState();
          yield Containers.died(container.id(), e);
        }
        // The model wrote it, not the client: it is told, and may do better.
        case TOO_LARGE -> Containers.refused(e, listener);
        default -> throw e;
      };
    }
  }

  private static CellResult withStateLost(CellResult r) {
    return new CellResult(
        r.status(),
        r.reason(),
        r.executionCount(),
        r.elapsed(),
        r.stdoutBytes(),
        r.stderrBytes(),
        r.spilled(),
        true,
        null,
        r.files());
  }

  /** Makes the other names of inputs that the code mentions ({@link InputName}). */
  private void aliases(SandboxContainer sandbox, String code) throws InterruptedException {
    if (!InputName.mayBeMentioned(container.edition(), code)) {
      return;
    }
    for (ContainerFile f : service.repository().files(container.id())) {
      InputName.Other other = InputName.other(container.edition(), f);
      if (other != null && code.contains(other.mention())) {
        try {
          sandbox.alias(f.relativePath(), other.name());
        } catch (SandboxException e) {
          if (e.reason() != SandboxException.Reason.EXISTS
              && e.reason() != SandboxException.Reason.NOT_FOUND) {
            throw e;
          }
        }
      }
    }
  }

  @Override
  public ContainerFile registerImage(byte[] png) {
    return service.workspace().addDisplayedImage(container.id(), png);
  }

  @Override
  public List<ContainerFile> filesChanged() {
    return List.copyOf(changed.values());
  }

  @Override
  public Optional<ContainerFile> fileAt(String path) {
    return service.repository().fileAt(container.id(), path);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      live.endUse();
      service.repository().touch(container.id(), service.clock().instant());
    }
  }
}
