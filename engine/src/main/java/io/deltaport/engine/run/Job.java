package io.deltaport.engine.run;

import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request on its way through the engine. The engine's thread owns all but the handle. */
final class Job implements Handle {
  private final Request request;
  private final Encoded encoded;
  private final long seed;
  private final Mailbox mailbox;
  private final Consumer<Job> wake;
  private final CompletableFuture<Usage> done = new CompletableFuture<>();
  private final long submitted = System.nanoTime();
  private volatile boolean cancelled;
  private volatile @Nullable EngineException listenerFailure;

  private List<Lane> lanes = List.of();
  private int openLanes;
  private long started;
  private long firstToken;
  private int cached;
  private int drafted;
  private int accepted;
  private boolean ended;

  /**
   * A request.
   *
   * @param wake told when it is cancelled
   */
  Job(
      Request request,
      Encoded encoded,
      long seed,
      Listener listener,
      Executor executor,
      Consumer<Job> wake) {
    this.request = request;
    this.encoded = encoded;
    this.seed = seed;
    this.wake = wake;
    this.mailbox = new Mailbox(listener, executor, this::listenerThrew);
  }

  private void listenerThrew(RuntimeException e) {
    listenerFailure =
        new EngineException(EngineException.Reason.LISTENER, "the listener threw " + e, e);
    cancel();
  }

  @Override
  public void cancel() {
    cancelled = true;
    wake.accept(this);
  }

  @Override
  public CompletableFuture<Usage> done() {
    return done;
  }

  boolean isCancelled() {
    return cancelled;
  }

  Request request() {
    return request;
  }

  Encoded encoded() {
    return encoded;
  }

  int[] prompt() {
    return encoded.ids();
  }

  int[] savePoints() {
    return encoded.savePoints();
  }

  long seed() {
    return seed;
  }

  long submitted() {
    return submitted;
  }

  String cacheSalt() {
    return request.scheduling().cacheSalt();
  }

  String fairnessKey() {
    return request.scheduling().fairnessKey();
  }

  int priority() {
    return request.scheduling().priority();
  }

  List<Lane> lanes() {
    return lanes;
  }

  /** These are its outputs; on the caller's thread, before it waits. */
  void prepare(List<Lane> outputs) {
    lanes = List.copyOf(outputs);
    openLanes = lanes.size();
  }

  /** Its prompt is about to be read. */
  void start(int cachedTokens) {
    cached = cachedTokens;
    started = System.nanoTime();
    post(new Event.Started(prompt().length, cachedTokens));
  }

  void picked() {
    if (firstToken == 0) {
      firstToken = System.nanoTime();
    }
  }

  void verified(int draftedTokens, int acceptedTokens) {
    drafted += draftedTokens;
    accepted += acceptedTokens;
  }

  int drafted() {
    return drafted;
  }

  int accepted() {
    return accepted;
  }

  void post(Event event) {
    mailbox.post(event);
  }

  /** One of its outputs is over; true if it was the last. */
  boolean closeLane() {
    return --openLanes == 0;
  }

  boolean hasEnded() {
    return ended;
  }

  /** It is over as it should be. */
  void finish() {
    ended = true;
    encoded.demand().close();
    Usage usage = usage();
    @Nullable EngineException failure = listenerFailure;
    if (failure != null) {
      mailbox.postLast(new Event.Failed(failure), () -> done.completeExceptionally(failure));
    } else {
      mailbox.postLast(new Event.Finished(usage), () -> done.complete(usage));
    }
  }

  /** It came to nothing. */
  void fail(EngineException failure) {
    ended = true;
    encoded.demand().close();
    mailbox.postLast(new Event.Failed(failure), () -> done.completeExceptionally(failure));
  }

  Usage usage() {
    int output = 0;
    int reasoning = 0;
    for (Lane lane : lanes) {
      if (lane.purpose() instanceof Growing growing) {
        output += growing.text().tokens();
        reasoning += growing.text().reasoningTokens();
      }
    }
    long now = System.nanoTime();
    return new Usage(
        prompt().length,
        cached,
        output,
        reasoning,
        drafted,
        accepted,
        seed,
        since(started == 0 ? now : started),
        since(firstToken == 0 ? now : firstToken),
        since(now));
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(nanos - submitted);
  }
}
