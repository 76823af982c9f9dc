package dev.sandglass.config;

/**
 * One thing in which the editions of the API differ: what {@code edition: guide} does and {@code
 * edition: openai} does otherwise. The one list of them; docs/compatibility.md's table is generated
 * from it. What the hosted service does is from openai-api.md, sections 1, 2, 3.3, 4 and 11.
 */
public enum Trait {
  MESSAGES(
      "`messages` in a request for a response",
      "stands for `input`; both together are refused",
      "400 `unsupported_parameter`: it has moved to `input`"),
  CHAT_SHAPES(
      "message parts of type `text`, `image_url` and `file`; `name` of a message; members of an"
          + " assistant message that the API doesn't know; an assistant message without content",
      "the parts are read (a `file` as `input_file`), the name and the members dropped, the message"
          + " taken as silence",
      "400 `invalid_value`, `unknown_parameter`, `missing_required_parameter`"),
  REPLIES(
      "`choices[0].message` of a response, given back among the messages of a request",
      "stands for that response, with its code; alone it stands for the whole conversation until"
          + " then; auto mode finds its container",
      "400 `unknown_parameter`"),
  TOOL_WITHOUT_CONTAINER(
      "the tool `code_interpreter` without `container`",
      "means `{\"type\": \"auto\"}`",
      "400 `missing_required_parameter`"),
  EXISTING_CONTAINER(
      "the container form `{\"type\": \"existing\", \"container_id\": …}`",
      "names the container, as the id string does",
      "400 `invalid_value`: only `auto` is known"),
  UNNAMED_CONTAINERS(
      "`POST /v1/containers` without `name`",
      "the name is `container`",
      "400 `missing_required_parameter`"),
  GUIDE_MEMBERS(
      "`choices` and `tool_outputs` in a response",
      "beside `output`, in every response object: answers, events, retrieved ones",
      "absent"),
  CHANGED_FILES_CITED(
      "files that a turn made or changed and its text doesn't link to",
      "cited at 0..0, after the displayed images",
      "not cited: they are found by listing the container's files"),
  LAZY_CONTAINERS(
      "auto mode's container",
      "made when files or the first code come; a turn without code makes none",
      "made when the request begins, whether code comes or not"),
  LIFE_STATUS(
      "a container's `status`",
      "`active` (used now or within the last minute), `idle`, `expired`",
      "`running`, `expired`"),
  LIFE_LIMIT(
      "how long a container lives",
      "`container.idle` after its last use, and `container.life` in all",
      "`container.idle` after its last use"),
  FILES_OUTLIVE_CONTAINER(
      "generated files of an expired container",
      "can still be listed and downloaded for `container.retention`",
      "404"),
  GENERATED_FILES_BY_ID(
      "`/v1/files/{id}` and its `/content` with the id of a generated file (`cfile_…`)",
      "give it out",
      "404: only the container's own routes do"),
  PLAIN_NAMES(
      "where a file that came by `file_ids`, in the input or by upload into a container appears",
      "`/mnt/data/<name>`; `/mnt/data/<file-id>-<name>` opens too",
      "`/mnt/data/<file-id>-<name>`, an upload's with 32 hex digits; `/mnt/data/<name>` opens too");

  private final String subject;
  private final String guide;
  private final String openai;

  Trait(String subject, String guide, String openai) {
    this.subject = subject;
    this.guide = guide;
    this.openai = openai;
  }

  /** The rows of the table of differences, Markdown. */
  static String table() {
    StringBuilder rows = new StringBuilder();
    rows.append("| | `edition: guide` | `edition: openai` |\n| --- | --- | --- |\n");
    for (Trait trait : values()) {
      rows.append("| %s | %s | %s |\n".formatted(trait.subject, trait.guide, trait.openai));
    }
    return rows.toString();
  }
}
