package dev.sandglass.sandbox.oci;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@link ProcessDriver} does not keep of what the other drivers promise: data, to be reviewed
 * here. Each is named like the promise in the drivers' contract; the rest of that is kept, and no
 * wall is any: code can do whatever the server's user can.
 */
public enum NotKept {
  THERE_IS_NO_NETWORK("code reaches whatever the host reaches, the host's own services included"),
  A_LOSS_THAT_CANNOT_BE_PREVENTED_IS_SAID_WITH_ITS_REASON(
      "code can end every process of the server's user, the supervisor and the server too"),
  A_FORK_BOMB_MEETS_THE_LIMIT_AND_HARMS_NOBODY(
      "the limit of processes is looked at every 20 ms, in a cell only: past it the cell is killed"),
  MEMORY_USE_IS_KNOWN(
      "nobody counts what all of a container takes: the kernel's own is limited, its processes'"
          + " together is not"),
  WRITING_PAST_THE_DISKS_SIZE_FAILS_AND_NAMES_THE_LIMIT(
      "/mnt/data and /tmp have no size: one file is at most sandbox.disk long, all together fill"
          + " the host's disk"),
  A_FULL_DISK_GOES_ON_ONCE_SOMETHING_IS_DELETED("a full disk is the host's"),
  NOBODY_ELSE_NOTICES_A_FULL_DISK("a full disk is everybody's"),
  NO_MORE_FILES_THAN_THE_LIMIT_ARE_MADE("files and directories are not counted"),
  AN_UPLOAD_THAT_DOES_NOT_FIT_NAMES_THE_LIMIT_AND_LEAVES_NOTHING(
      "an upload may be as large as files.max-bytes"),
  OUTPUT_THAT_NO_LONGER_FITS_ON_THE_DISK_IS_CUT_AND_THE_CELL_GOES_ON(
      "output that is saved fills the host's disk");

  private final String says;

  NotKept(String says) {
    this.says = says;
  }

  /** What is so in its stead. */
  public String says() {
    return says;
  }

  /** The promise's name in the contract. */
  public String promise() {
    List<String> words = List.of(name().toLowerCase(Locale.ROOT).split("_"));
    return words.getFirst()
        + words.stream()
            .skip(1)
            .map(w -> w.substring(0, 1).toUpperCase(Locale.ROOT) + w.substring(1))
            .collect(Collectors.joining());
  }

  /** What is said at every start, wherever else it is asked. */
  public static String warning() {
    return "NO WALLS (sandbox.runtime: process): code in containers runs as the server's own user, %s, and can read, change and reach all that he can, keys and files of all projects included. For trusted code only; docs/security.md lists what is not kept."
        .formatted(System.getProperty("user.name"));
  }
}
