package dev.sandglass.model.local;

/** A download that pip could not make, with the reason and what to do about it. */
final class PipException extends LocalModelException {
  /** Why it failed; decides the way out and whether another attempt makes sense. */
  enum Reason {
    NO_PIP("Python with pip is missing. Install it: apt-get install python3-pip"),
    NO_NETWORK(
        "the package index cannot be reached. Check the network, the proxy (HTTPS_PROXY) and `pip config list`, then run"
            + " the same command again: finished parts are kept"),
    NOT_FOUND(
        "the package index that pip uses does not have it. Check `pip config list` for a mirror that lacks it"),
    WRONG_SUM(
        "its SHA-256 is not the pinned one. A proxy or mirror may have changed it; run the same command again"),
    DISK_FULL(
        "the disk is full. Free space or set SANDGLASS_CACHE to a larger disk, then run the same command again"),
    OTHER("pip failed. Run the same command again: finished parts are kept");

    private final String wayOut;

    Reason(String wayOut) {
      this.wayOut = wayOut;
    }
  }

  private final Reason reason;

  PipException(Reason reason, String requirement, String output) {
    super(
        (requirement.isEmpty() ? "" : requirement + ": ")
            + reason.wayOut
            + (output.isBlank() ? "" : "\npip said:\n" + output.strip()));
    this.reason = reason;
  }

  static PipException of(String requirement, Command.Result result) {
    return new PipException(reason(result), requirement, result.tail());
  }

  /** Reads pip's words; those of pip 23 and 25 are the same in these places. */
  static Reason reason(Command.Result result) {
    if (result.says("No module named pip") || result.status() == 127) {
      return Reason.NO_PIP;
    }
    if (result.says("No space left on device")) {
      return Reason.DISK_FULL;
    }
    if (result.says("DO NOT MATCH THE HASHES")) {
      return Reason.WRONG_SUM;
    }
    if (result.says("NewConnectionError")
        || result.says("ConnectTimeoutError")
        || result.says("ProxyError")
        || result.says("SSLError")
        || result.says("Connection refused")
        || result.says("name resolution")) {
      return Reason.NO_NETWORK;
    }
    if (result.says("No matching distribution found") || result.says("Could not find a version")) {
      return Reason.NOT_FOUND;
    }
    return Reason.OTHER;
  }

  Reason reason() {
    return reason;
  }

  /**
   * Whether the same download may work in a moment: a cut connection looks like a wrong sum to pip
   * 23.
   */
  boolean worthRepeating() {
    return reason == Reason.WRONG_SUM || reason == Reason.OTHER;
  }
}
