package dev.sandglass.sandbox;

import java.time.Duration;

/**
 * One cell to run.
 *
 * @param id the cell's id, unique in its container
 * @param code Python source, at most 1 MiB of UTF-8
 * @param timeout after it SIGINT, and SIGKILL {@code grace} later
 * @param outputBytes the most bytes of stdout and of stderr kept; past it the middle is left out
 * @param spillBytes the most bytes of the whole output saved as a file
 * @param files how many files are told at most with the cell's end; 0: none
 */
public record CellRequest(
    String id,
    String code,
    Duration timeout,
    Duration grace,
    long outputBytes,
    long spillBytes,
    int files) {}
