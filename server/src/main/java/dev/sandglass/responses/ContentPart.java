package dev.sandglass.responses;

import org.jspecify.annotations.Nullable;

/** A part of an input message (openai-api.md 4.3), checked. */
public sealed interface ContentPart {

  /** {@code input_text}, or the text of an earlier answer. */
  record Text(String text) implements ContentPart {}

  /** {@code input_image} by URL ({@code https:} or {@code data:}). */
  record ImageUrl(String url, String detail) implements ContentPart {}

  /** {@code input_image} by a file's id. */
  record ImageFile(String fileId, String detail) implements ContentPart {}

  /** {@code input_file} by a file's id. */
  record FileId(String fileId) implements ContentPart {}

  /** {@code input_file} with its content in the request, decoded. */
  record FileData(@Nullable String filename, byte[] content) implements ContentPart {}
}
