package dev.sandglass.model.local;

import java.nio.file.Path;

/**
 * A model as {@code model list} shows it.
 *
 * @param file where the weights are, or will be once installed
 * @param installed whether they are there now
 * @param own whether somebody brought the file along, instead of it being in the catalogue
 */
public record InstalledModel(
    String name, Path file, long bytes, String sha256, boolean installed, boolean own) {}
