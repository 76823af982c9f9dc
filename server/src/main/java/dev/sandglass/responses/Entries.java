package dev.sandglass.responses;

import dev.sandglass.model.TranscriptEntry;
import dev.sandglass.model.TranscriptEntry.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Turns items into what a model is shown. Pure. */
final class Entries {

  private Entries() {}

  static List<TranscriptEntry> of(InputItem item, TurnContext.Images images) {
    return switch (item) {
      case InputItem.Message m -> message(m, images);
      case InputItem.Call call -> call(call);
      case InputItem.GivenBack reply -> message(reply.message(), images);
      case InputItem.Ignored _ -> List.of();
      case InputItem.Reference r ->
          throw new IllegalStateException("an unresolved reference: " + r.id());
    };
  }

  private static List<TranscriptEntry> message(
      InputItem.Message message, TurnContext.Images images) {
    return switch (message.role()) {
      case USER -> List.of(new TranscriptEntry.User(parts(message, images)));
      case ASSISTANT -> List.of(new TranscriptEntry.Assistant(text(message)));
      case SYSTEM, DEVELOPER -> List.of(new TranscriptEntry.System(text(message)));
    };
  }

  private static List<Part> parts(InputItem.Message message, TurnContext.Images images) {
    List<Part> parts = new ArrayList<>();
    for (ContentPart part : message.parts()) {
      switch (part) {
        case ContentPart.Text(var text) -> parts.add(new Part.Text(text));
        case ContentPart.ImageUrl(var url, var detail) -> parts.add(new Part.Image(url, detail));
        case ContentPart.ImageFile file ->
            images.apply(file).ifPresent(url -> parts.add(new Part.Image(url, file.detail())));
        // Their cards tell the model about them.
        case ContentPart.FileId _, ContentPart.FileData _ -> {}
      }
    }
    if (parts.isEmpty()) {
      parts.add(new Part.Text("(See the attached files.)"));
    }
    return List.copyOf(parts);
  }

  private static String text(InputItem.Message message) {
    return message.parts().stream()
        .filter(ContentPart.Text.class::isInstance)
        .map(p -> ((ContentPart.Text) p).text())
        .collect(Collectors.joining("\n"));
  }

  private static List<TranscriptEntry> call(InputItem.Call call) {
    String logs = call.logs();
    String seen = logs == null ? "(The output was not kept.)" : logs;
    return List.of(
        new TranscriptEntry.PythonCall(call.id(), "", call.code()),
        new TranscriptEntry.PythonResult(
            call.id(), seen.isBlank() ? TurnText.NO_OUTPUT : seen, call.failed(), List.of()));
  }
}
