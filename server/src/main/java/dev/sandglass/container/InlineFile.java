package dev.sandglass.container;

/** A file that came inside a request ({@code input_file} with {@code file_data}). */
public record InlineFile(String filename, byte[] content) {}
