package dev.sandglass.api;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the client of a request has hung up while the request is still being worked on. The
 * HTTP engine can't tell before it writes, and reading ahead would swallow the next request; the
 * system's table of TCP connections can (proc_pid_net(5)): a connection that isn't in state
 * ESTABLISHED has been closed by the other side. Linux only; elsewhere nobody is ever gone.
 * Thread-safe.
 */
final class ClientWatch {

  private static final String ESTABLISHED = "01";

  private final Map<Object, Watched> watched = new ConcurrentHashMap<>();

  /** Tickets whose connection wasn't there when last looked for. Of the ticker's thread. */
  private Set<Object> missing = Set.of();

  private record Watched(String key, Runnable onGone) {}

  ClientWatch(ScheduledExecutorService ticker, Duration every) {
    ticker.scheduleWithFixedDelay(
        this::check, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  AutoCloseable watch(String remoteAddress, int remotePort, int localPort, Runnable onGone) {
    Object ticket = new Object();
    watched.put(ticket, new Watched(key(remoteAddress, remotePort, localPort), onGone));
    return () -> watched.remove(ticket);
  }

  private void check() {
    if (watched.isEmpty()) {
      return;
    }
    // Before the table: a connection that comes after it is not in it.
    Map<Object, Watched> before = Map.copyOf(watched);
    Set<String> alive = new HashSet<>();
    if (!read("/proc/self/net/tcp", alive) | !read("/proc/self/net/tcp6", alive)
        && alive.isEmpty()) {
      return;
    }
    Set<Object> absent = new HashSet<>();
    before.forEach((ticket, client) -> {
      if (!alive.contains(client.key())) {
        absent.add(ticket);
      }
    });
    // The table is read in pieces while it changes, and may lack an entry: once proves nothing.
    for (Object ticket : absent) {
      Watched client = missing.contains(ticket) ? watched.remove(ticket) : null;
      if (client != null) {
        Thread.ofVirtual().name("client-gone").start(client.onGone());
      }
    }
    missing = absent;
  }

  private static boolean read(String table, Set<String> alive) {
    try {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] f = line.trim().split("\\s+");
        if (f.length > 3 && f[3].equals(ESTABLISHED)) {
          String[] local = f[1].split(":");
          String[] remote = f[2].split(":");
          alive.add(key(remote[0], remote[1], local[1]));
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String key(String remoteAddress, int remotePort, int localPort) {
    return key(hex(remoteAddress), "%04X".formatted(remotePort), "%04X".formatted(localPort));
  }

  private static String key(String remoteHex, String remotePort, String localPort) {
    return v4(remoteHex) + ':' + remotePort + ':' + localPort;
  }

  /** An IPv4 address mapped into IPv6 is the same client. */
  private static String v4(String hex) {
    return hex.startsWith("0000000000000000FFFF0000") ? hex.substring(24) : hex;
  }

  /** The kernel's spelling: 32-bit words in the machine's byte order. */
  static String hex(String address) {
    try {
      byte[] b = InetAddress.getByName(address.replaceAll("^\\[|]$|%.*$", "")).getAddress();
      StringBuilder s = new StringBuilder();
      for (int word = 0; word < b.length; word += 4) {
        for (int i = 3; i >= 0; i--) {
          s.append("%02X".formatted(b[word + i]));
        }
      }
      return s.toString();
    } catch (IOException e) {
      return address;
    }
  }
}
