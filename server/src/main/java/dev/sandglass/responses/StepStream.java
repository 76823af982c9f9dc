package dev.sandglass.responses;

import dev.sandglass.model.StepListener;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a model writes in one step into output items, as it comes. Words go out at once, or
 * are held until they are known to be no answer (words before code) or a good one. The first piece
 * of code is streamed; further ones wait for their turn, since each item is done before the next
 * begins. For one thread.
 */
final class StepStream implements StepListener {

  private final OutputItems items;
  private final Supplier<String> containerId;
  private final boolean hold;
  private final @Nullable LinkHold links;
  private final boolean codeAllowed;
  private final Repetition repetition = new Repetition();
  private final StringBuilder words = new StringBuilder();
  private final StringBuilder unsent = new StringBuilder();
  private final StringBuilder lateWords = new StringBuilder();
  private int pieces;
  private long characters;
  private @Nullable MessageItem message;
  private @Nullable CallItem call;

  /**
   * A stream for one step.
   *
   * @param containerId gives the container's id, made if need be; asked when code begins
   * @param hold whether words wait for the end of the step; those before code never go out then,
   *     since nobody has looked at their figures
   * @param links keeps back links that lead nowhere; null: all words go out
   * @param codeAllowed whether code shows at all
   */
  StepStream(
      OutputItems items,
      Supplier<String> containerId,
      boolean hold,
      @Nullable LinkHold links,
      boolean codeAllowed) {
    this.items = items;
    this.containerId = containerId;
    this.hold = hold;
    this.links = links;
    this.codeAllowed = codeAllowed;
  }

  @Override
  public void onText(String delta) {
    characters += delta.length();
    if (pieces > 0) {
      lateWords.append(delta);
      return;
    }
    words.append(delta);
    if (!hold) {
      send(links == null ? delta : links.add(delta));
    }
    if (repetition.add(delta)) {
      throw new CutShort();
    }
  }

  @Override
  public void onCodeStart() {
    if (!codeAllowed) {
      pieces++;
      return;
    }
    if (pieces == 0) {
      endMessage();
      call = items.call(containerId.get());
    }
    pieces++;
  }

  @Override
  public void onCode(String delta) {
    characters += delta.length();
    if (pieces == 1 && call != null) {
      call.delta(delta);
    }
  }

  /** The words so far, cut where they began to repeat. */
  String words() {
    int end = (int) Math.min(words.length(), repetition.cutAt());
    return words.substring(0, end);
  }

  /** Words that came after code; they belong after its item. */
  String lateWords() {
    return lateWords.toString();
  }

  /** A guess at the tokens written, for a step that was cut. */
  long tokens() {
    return characters / 4;
  }

  /** The message that is being streamed, handed over; null if nothing went out. */
  @Nullable MessageItem takeMessage() {
    MessageItem taken = message;
    message = null;
    return taken;
  }

  /** The call whose code was streamed, handed over once; null if there is none. */
  @Nullable CallItem takeCall() {
    CallItem taken = call;
    call = null;
    return taken;
  }

  /** Words that were kept back because of a link that leads nowhere. */
  String keptBack() {
    return links == null ? "" : links.rest();
  }

  private void send(String text) {
    unsent.append(text);
    if (message == null) {
      if (unsent.toString().isBlank()) {
        return;
      }
      message = items.message();
    }
    message.delta(unsent.toString());
    unsent.setLength(0);
  }

  private void endMessage() {
    if (!hold) {
      send(keptBack());
    }
    MessageItem before = takeMessage();
    if (before != null) {
      before.finish("completed", List.of());
    }
    unsent.setLength(0);
  }
}
