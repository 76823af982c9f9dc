package dev.sandglass.file;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files, {@code ab/cdef…} by their sum; written beside and renamed, so that one is there
 * whole or not at all.
 */
public final class DiskBlobStore implements BlobStore {

  private static final Logger LOG = LoggerFactory.getLogger(DiskBlobStore.class);
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int BUFFER = 64 << 10;

  private final Path root;
  private final Path incoming;
  private final Clock clock;

  public DiskBlobStore(Path root, Clock clock) throws IOException {
    this.root = root;
    this.incoming = root.resolve("incoming");
    this.clock = clock;
    Files.createDirectories(incoming);
    deleteLeftovers();
  }

  /** What an earlier process was still writing when it ended. */
  private void deleteLeftovers() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public Staged stage(Writer writer, long limit) throws IOException, InterruptedException {
    Path temporary = Files.createTempFile(incoming, "blob", null);
    boolean whole = false;
    try {
      MessageDigest digest = sha256();
      Counted counted;
      try (OutputStream file = Files.newOutputStream(temporary)) {
        counted = new Counted(new DigestOutputStream(file, digest), limit);
        writer.writeTo(counted);
      }
      String sum = HexFormat.of().formatHex(digest.digest());
      Staged staged = new StagedFile(temporary, new Blob(sum, counted.count));
      whole = true;
      return staged;
    } finally {
      if (!whole) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private final class StagedFile implements Staged {
    private final Path temporary;
    private final Blob blob;

    StagedFile(Path temporary, Blob blob) {
      this.temporary = temporary;
      this.blob = blob;
    }

    @Override
    public Blob blob() {
      return blob;
    }

    @Override
    public void keep() throws IOException {
      Path target = path(blob.sha256());
      if (Files.exists(target)) {
        // Young again, so that a sweep under way leaves it alone.
        Files.setLastModifiedTime(target, FileTime.from(clock.instant()));
      } else {
        Files.createDirectories(target.resolveSibling("."));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException e) {
        // Only space is lost, until the next start.
        LOG.warn("what was uploaded to {} could not be removed: {}", temporary, e.toString());
      }
    }
  }

  @Override
  public InputStream open(String sha256) throws IOException {
    return Files.newInputStream(path(sha256));
  }

  @Override
  public void sweep(Instant before, Predicate<String> used) throws IOException {
    try (DirectoryStream<Path> shelves = Files.newDirectoryStream(root, "[0-9a-f][0-9a-f]")) {
      for (Path shelf : shelves) {
        try (DirectoryStream<Path> blobs = Files.newDirectoryStream(shelf)) {
          for (Path blob : blobs) {
            String sum = shelf.getFileName().toString() + blob.getFileName();
            if (Files.getLastModifiedTime(blob).toInstant().isBefore(before) && !used.test(sum)) {
              Files.deleteIfExists(blob);
            }
          }
        }
      }
    }
  }

  private Path path(String sha256) throws NoSuchFileException {
    if (!SHA256.matcher(sha256).matches()) {
      throw new NoSuchFileException(sha256, null, "not a SHA-256");
    }
    return root.resolve(sha256.substring(0, 2)).resolve(sha256.substring(2));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** Counts, and stops at the limit. */
  private static final class Counted extends FilterOutputStream {
    private final long limit;
    private long count;

    Counted(OutputStream out, long limit) {
      super(out);
      this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      count += len;
      if (count > limit) {
        throw new BlobTooLargeException(limit);
      }
      for (int done = 0; done < len; done += BUFFER) {
        out.write(b, off + done, Math.min(BUFFER, len - done));
      }
    }
  }
}
