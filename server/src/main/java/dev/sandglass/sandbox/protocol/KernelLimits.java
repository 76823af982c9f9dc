package dev.sandglass.sandbox.protocol;

import java.time.Duration;

/**
 * What a kernel and its backup may take.
 *
 * @param memoryBytes of the kernel
 * @param reserveBytes of the container on top of it, for what its backup keeps
 * @param backupCost time that keeping a backup may cost a cell
 * @param backups whether there are any
 */
public record KernelLimits(
    long memoryBytes, long reserveBytes, Duration backupCost, boolean backups) {

  Header addTo(Header start) {
    return start
        .with("memory_bytes", memoryBytes)
        .with("reserve_bytes", reserveBytes)
        .with("backup_cost_ms", backupCost.toMillis())
        .with("backups", Header.JSON.getNodeFactory().booleanNode(backups));
  }
}
