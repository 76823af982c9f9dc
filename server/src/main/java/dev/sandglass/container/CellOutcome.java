package dev.sandglass.container;

import dev.sandglass.sandbox.CellResult;
import java.util.List;

/**
 * A cell's end and what it did to the files.
 *
 * @param changed files made or changed, stored by now
 * @param deletedPaths absolute paths of files that are gone
 * @param notes what is to be said of files that are not kept, each in a sentence
 */
public record CellOutcome(
    CellResult result,
    List<ContainerFile> changed,
    List<String> deletedPaths,
    List<String> notes) {}
