package dev.sandglass.model;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body that is read in pieces with a deadline for each, which an {@link
 * java.io.InputStream} doesn't offer. One piece is asked of the network at a time. Closing drops
 * the connection unless the body was read to its end. One reader.
 */
final class ByteFeed implements BodySubscriber<ByteFeed>, AutoCloseable {

  private sealed interface Item {
    record Bytes(byte[] bytes) implements Item {}

    record End(@Nullable Throwable failure) implements Item {}
  }

  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  /**
   * The next bytes.
   *
   * @return null at the end; an empty array if nothing came in time
   * @throws IOException if the connection broke
   */
  byte @Nullable [] next(long nanos) throws IOException, InterruptedException {
    Item item = items.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    return switch (item) {
      case null -> new byte[0];
      case Item.Bytes(byte[] bytes) -> {
        subscription.join().request(1);
        yield bytes;
      }
      case Item.End(Throwable failure) -> {
        items.add(item); // whoever asks again gets the same
        if (failure != null) {
          throw new IOException(failure.getMessage(), failure);
        }
        yield null;
      }
    };
  }

  @Override
  public void close() {
    subscription.thenAccept(Subscription::cancel);
  }

  @Override
  public CompletionStage<ByteFeed> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription s) {
    if (subscription.complete(s)) {
      s.request(1);
    } else {
      s.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    int size = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
    ByteBuffer all = ByteBuffer.allocate(size);
    buffers.forEach(all::put);
    items.add(new Item.Bytes(all.array()));
  }

  @Override
  public void onError(Throwable failure) {
    items.add(new Item.End(failure));
  }

  @Override
  public void onComplete() {
    items.add(new Item.End(null));
  }
}
