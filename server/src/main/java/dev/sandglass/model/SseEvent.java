package dev.sandglass.model;

/**
 * One event of a {@code text/event-stream}.
 *
 * @param type its {@code event:} field, {@code message} if it has none
 * @param data its {@code data:} lines, joined by line feeds
 */
record SseEvent(String type, String data) {}
