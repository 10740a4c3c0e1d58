package io.deltaport.server;

import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Usage;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.runtime.state.StateUsage;
import io.deltaport.server.model.ModelService;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A model whose events are written down, with the tokenizer and templates of chat-tiny. */
final class ScriptedModel implements ModelService, AutoCloseable {
  static final Path CHAT_TINY = Path.of("../fixtures/chat-tiny");

  private final Tokenizer tokenizer = Tokenizer.load(CHAT_TINY);
  private final ChatTemplates templates = ChatTemplates.load(CHAT_TINY);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** What was asked. */
  final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

  /** Requests that were cancelled. */
  final BlockingQueue<Request> cancelled = new LinkedBlockingQueue<>();

  final AtomicInteger running = new AtomicInteger();
  volatile Script script = Script.text("Hello", " world");
  volatile boolean isStuck;

  /** What a request is told, on a thread of its own. */
  interface Script {
    void play(Request request, Listener listener) throws InterruptedException;

    /** Text in pieces, then the end of the turn. */
    static Script text(String... pieces) {
      List<Event> events = new ArrayList<>();
      int id = 100;
      for (String piece : pieces) {
        events.add(token(0, id++));
        events.add(new Event.Text(0, piece));
      }
      events.add(token(0, 1214));
      events.add(new Event.ChoiceFinished(0, StopReason.STOP_TOKEN, Optional.empty()));
      return events(events.toArray(new Event[0]));
    }

    /** These events between start and end. */
    static Script events(Event... events) {
      return (request, listener) -> {
        listener.on(new Event.Queued());
        listener.on(new Event.Started(7, 3));
        for (Event event : events) {
          listener.on(event);
        }
        listener.on(new Event.Finished(usage()));
      };
    }

    /** Refuses. */
    static Script failing(EngineException.Reason reason, String message) {
      return (request, listener) ->
          listener.on(new Event.Failed(new EngineException(reason, message)));
    }
  }

  static Event.Token token(int choice, int id) {
    ScoredToken score = new ScoredToken(id, -0.5);
    return new Event.Token(
        choice, id, Optional.of(score), List.of(score, new ScoredToken(id + 1, -1.5)));
  }

  static Usage usage() {
    return new Usage(
        7, 3, 5, 2, 4, 1, 42, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(9));
  }

  @Override
  public String name() {
    return "chat-tiny";
  }

  @Override
  public Handle submit(Request request, Listener listener) {
    Script played = script;
    requests.add(request);
    running.incrementAndGet();
    CompletableFuture<Usage> done = new CompletableFuture<>();
    var thread =
        threads.submit(
            () -> {
              try {
                played.play(request, listener);
                done.complete(usage());
              } catch (InterruptedException | RuntimeException e) {
                done.completeExceptionally(e);
              } finally {
                running.decrementAndGet();
              }
            });
    return new Handle() {
      @Override
      public void cancel() {
        cancelled.add(request);
        thread.cancel(true);
      }

      @Override
      public CompletableFuture<Usage> done() {
        return done;
      }
    };
  }

  @Override
  public EngineStats stats() {
    return new EngineStats(
        0,
        running.get(),
        new StateUsage(1, 2, 3, 4, 5, 6, 7),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        isStuck);
  }

  @Override
  public int contextLength() {
    return 2048;
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ChatTemplates> templates() {
    return Optional.of(templates);
  }

  @Override
  public GenerationDefaults defaults() {
    Sampling sampling = Sampling.GREEDY.withTemperature(0.7).withTopK(20).withTopP(0.8);
    return new GenerationDefaults(sampling, sampling, Set.of(1214), OptionalInt.empty(), 1, 1);
  }

  @Override
  public boolean drain(Duration longest) {
    return true;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    tokenizer.close();
  }
}
