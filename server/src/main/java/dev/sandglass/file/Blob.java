package dev.sandglass.file;

/** Stored content: its SHA-256 in hex, and its size. */
public record Blob(String sha256, long bytes) {}
