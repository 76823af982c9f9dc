package dev.sandglass.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file of a container ({@code cfile_…}). Its content is stored durably, so that it outlives the
 * container.
 *
 * @param path absolute, {@code /mnt/data/…}
 * @param sha256 of the stored content; null for a file too large to be stored, which only the live
 *     container can give
 * @param fileId the Files API's file that it was copied from, if any
 * @param version the sandbox's mark of the content ({@code FileStat.version}); null if it has never
 *     been in a sandbox
 */
public record ContainerFile(
    String id,
    String containerId,
    String path,
    long bytes,
    Source source,
    Instant createdAt,
    @Nullable String sha256,
    @Nullable String fileId,
    @Nullable String version) {

  /** Where containers keep their files. */
  public static final String ROOT = "/mnt/data/";

  public enum Source {
    USER,
    ASSISTANT
  }

  /** The last segment of the path. */
  public String filename() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path below {@code /mnt/data}. */
  public String relativePath() {
    return path.substring(ROOT.length());
  }
}
