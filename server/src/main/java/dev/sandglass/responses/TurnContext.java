package dev.sandglass.responses;

import dev.sandglass.container.InlineFile;
import dev.sandglass.file.FileNames;
import dev.sandglass.model.TranscriptEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;

/**
 * What a turn starts from: all items that count, oldest first, and what follows from them. Pure.
 *
 * @param history items of earlier responses
 * @param input items of this request, references resolved
 * @param containerIds containers that the context knows, the latest first
 */
record TurnContext(List<InputItem> history, List<InputItem> input, List<String> containerIds) {

  /** Shows a model an image that is a file; empty if it can't be shown. */
  interface Images extends Function<ContentPart.ImageFile, Optional<String>> {}

  /** Ids of the files that came with this request's input, in order. */
  List<String> inputFiles() {
    return fileIds(input);
  }

  /** Ids of the files that came with earlier responses' input, in order. */
  List<String> historyFiles() {
    return fileIds(history);
  }

  /** Files whose content came inside this request. */
  List<InlineFile> inlineFiles() {
    List<InlineFile> files = new ArrayList<>();
    for (ContentPart part : parts(input)) {
      switch (part) {
        case ContentPart.FileData(var name, var content) ->
            files.add(
                new InlineFile(
                    name == null ? "file-" + (files.size() + 1) : FileNames.harmless(name),
                    content));
        case ContentPart.ImageUrl(var url, _) when url.startsWith("data:image/") ->
            files.add(InlineImage.of(url, files.size() + 1));
        default -> {}
      }
    }
    return files;
  }

  /** The words of the users, as sources of figures. */
  List<String> userTexts() {
    List<String> texts = new ArrayList<>();
    for (InputItem item : all()) {
      if (item instanceof InputItem.Message m && m.role() != InputItem.Role.ASSISTANT) {
        m.parts()
            .forEach(p -> {
              if (p instanceof ContentPart.Text(var text)) {
                texts.add(text);
              }
            });
      } else if (item instanceof InputItem.Call(_, var code, _, var logs, _, _)) {
        texts.add(code);
        if (logs != null) {
          texts.add(logs);
        }
      }
    }
    return texts;
  }

  /** What the model is shown: everything, with the file cards before the last question. */
  List<TranscriptEntry> entries(List<String> cards, Images images) {
    List<TranscriptEntry> entries = new ArrayList<>();
    for (InputItem item : all()) {
      entries.addAll(Entries.of(item, images));
    }
    if (!cards.isEmpty()) {
      int at = entries.size();
      while (at > 0 && !(entries.get(at - 1) instanceof TranscriptEntry.User)) {
        at--;
      }
      entries.add(at == 0 ? entries.size() : at - 1, new TranscriptEntry.Files(cards));
    }
    return List.copyOf(entries);
  }

  private List<InputItem> all() {
    List<InputItem> all = new ArrayList<>(history);
    all.addAll(input);
    return all;
  }

  private static List<String> fileIds(List<InputItem> items) {
    SequencedSet<String> ids = new LinkedHashSet<>();
    for (ContentPart part : parts(items)) {
      switch (part) {
        case ContentPart.FileId(var id) -> ids.add(id);
        case ContentPart.ImageFile(var id, _) -> ids.add(id);
        default -> {}
      }
    }
    return List.copyOf(ids);
  }

  private static List<ContentPart> parts(List<InputItem> items) {
    return items.stream()
        .filter(InputItem.Message.class::isInstance)
        .flatMap(i -> ((InputItem.Message) i).parts().stream())
        .toList();
  }
}
