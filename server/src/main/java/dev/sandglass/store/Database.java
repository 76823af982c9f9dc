package dev.sandglass.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sandglass.common.OwnerOnly;
import dev.sandglass.common.SandglassException;
import dev.sandglass.common.SandglassException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;

/**
 * The database: SQLite in one file, one connection that writes and a few that read (SQLite has one
 * writer at a time anyway; waiting in a pool is fairer than its busy handler). Keep transactions
 * short: a native call pins its carrier thread. Thread-safe.
 */
public final class Database implements AutoCloseable {

  private final HikariDataSource writerPool;
  private final HikariDataSource readerPool;
  private final Jdbi writer;
  private final Jdbi reader;

  private Database(HikariDataSource writerPool, HikariDataSource readerPool) {
    this.writerPool = writerPool;
    this.readerPool = readerPool;
    this.writer = Jdbi.create(writerPool);
    this.reader = Jdbi.create(readerPool);
  }

  /**
   * Opens the database, making or migrating it as needed.
   *
   * @param survivesPowerLoss commits wait for the disk (SQLite's {@code synchronous=FULL})
   */
  public static Database open(Path file, int readers, boolean survivesPowerLoss) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
      OwnerOnly.file(file); // SQLite gives its other files the same permissions
    } catch (IOException e) {
      throw new SandglassException(
          Kind.UNAVAILABLE, "can't create " + file + ": " + e.getMessage(), e);
    }
    HikariDataSource writerPool = pool(file, "write", 1, survivesPowerLoss);
    try {
      Flyway.configure().dataSource(writerPool).locations("classpath:db/sqlite").load().migrate();
      return new Database(writerPool, pool(file, "read", readers, survivesPowerLoss));
    } catch (FlywayException e) {
      writerPool.close();
      throw new SandglassException(
          Kind.UNAVAILABLE,
          "the database "
              + file
              + " can't be brought to this version (was it made by a newer one?): "
              + e.getMessage(),
          e);
    }
  }

  private static HikariDataSource pool(
      Path file, String name, int size, boolean survivesPowerLoss) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl("jdbc:sqlite:" + file);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.addDataSourceProperty("journal_mode", "WAL");
    config.addDataSourceProperty("busy_timeout", "10000");
    config.addDataSourceProperty("foreign_keys", "true");
    config.addDataSourceProperty("synchronous", survivesPowerLoss ? "FULL" : "NORMAL");
    return new HikariDataSource(config);
  }

  /** Reads, outside of any transaction. An interrupted thread reads, and stays interrupted. */
  public <T> T read(HandleCallback<T, RuntimeException> work) {
    return uninterrupted(() -> reader.withHandle(work));
  }

  /**
   * Writes, in one transaction. Must not wait for anything else. An interrupted thread writes, and
   * stays interrupted.
   */
  public <T> T write(HandleCallback<T, RuntimeException> work) {
    return uninterrupted(() -> writer.inTransaction(work));
  }

  /** Waiting for a connection is short; who is interrupted in it would fail for no reason. */
  private static <T> T uninterrupted(Supplier<T> work) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return work.get();
        } catch (ConnectionException e) { // nothing was done yet
          if (!Thread.interrupted()) {
            throw e;
          }
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Proves that it can be read.
   *
   * @throws RuntimeException if it can't
   */
  public void check() {
    read(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one());
  }

  @Override
  public void close() {
    readerPool.close();
    writerPool.close();
  }
}
