package io.deltaport.engine.run;

import io.deltaport.engine.cache.CacheStats;
import io.deltaport.engine.cache.PrefixCache;
import io.deltaport.engine.chat.ChatParser;
import io.deltaport.engine.chat.ChatPrompts;
import io.deltaport.engine.constrain.Constraints;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Task;
import io.deltaport.engine.sampling.Allowed;
import io.deltaport.engine.sampling.Sampler;
import io.deltaport.engine.step.StepModel;
import io.deltaport.runtime.options.RunException;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Requests in, events out: encodes a request on the caller's thread, hands it to the {@link Loop},
 * has its events delivered. Thread-safe. The model and the tokenizer stay whose they are.
 */
public final class Worker implements AutoCloseable {
  private static final long STUCK_NANOS = Duration.ofMinutes(1).toNanos();

  private final EngineOptions options;
  private final Tokenizer tokenizer;
  private final int contextLength;
  private final int maxSequences;
  private final StepModel model;
  private final PrefixCache cache;
  private final Prompts prompts;
  private final OptionalInt endOfTurn;
  private final Inbox inbox;
  private final Counters counters = new Counters();
  private final ExecutorService deliveries;
  private final Loop loop;
  private final Thread thread;

  /** Works with a model, on a thread of its own. */
  public Worker(
      StepModel model,
      Tokenizer tokenizer,
      Optional<ChatPrompts> chats,
      Constraints constraints,
      OptionalInt endOfTurn,
      EngineOptions options,
      int maxSequences,
      int contextLength,
      PrefixCache cache) {
    this.model = model;
    this.cache = cache;
    this.tokenizer = tokenizer;
    this.options = options;
    this.endOfTurn = endOfTurn;
    this.maxSequences = maxSequences;
    this.contextLength = contextLength;
    this.prompts =
        new Prompts(tokenizer, chats, constraints, model.vocabulary(), contextLength, model.head());
    this.inbox = new Inbox(options.maxQueue());
    this.deliveries =
        Executors.newCachedThreadPool(
            task -> {
              Thread delivery = new Thread(task, "deltaport-events");
              delivery.setDaemon(true);
              return delivery;
            });
    this.loop = new Loop(model, options, maxSequences, cache, inbox, counters);
    this.thread = new Thread(loop::run, "deltaport-engine");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a request. */
  public Handle submit(Request asked, Listener listener) {
    Request request = stoppingAtEndOfTurn(asked);
    if (request.options().outputs() > maxSequences) {
      throw new EngineException(
          Reason.REQUEST,
          "at most %d outputs of a prompt at the same time, asked for %d"
              .formatted(maxSequences, request.options().outputs()));
    }
    Encoded encoded = prompts.encode(request);
    long seed =
        request.options().sampling().seed().orElseGet(() -> ThreadLocalRandom.current().nextLong());
    Job job = new Job(request, encoded, seed, listener, deliveries, loop::wake);
    try {
      job.prepare(outputs(job));
      job.post(new Event.Queued());
      inbox.submit(job);
      return job;
    } catch (RunException e) {
      encoded.demand().close();
      throw new EngineException(Reason.REQUEST, String.valueOf(e.getMessage()), e);
    } catch (EngineException e) {
      encoded.demand().close();
      throw e;
    }
  }

  private Request stoppingAtEndOfTurn(Request request) {
    return request.prompt() instanceof Prompt.Chat && endOfTurn.isPresent()
        ? request.with(request.options().stoppingAt(endOfTurn.getAsInt()))
        : request;
  }

  /** The outputs of a request, none of which has begun. */
  private List<Lane> outputs(Job job) {
    Request request = job.request();
    if (request.task() instanceof Task.Score score) {
      return List.of(
          new Lane(job, 0, new Scoring(score, tokenizer.size()), job.prompt().length - 1, 0));
    }
    if (request.task() instanceof Task.Classify) {
      return List.of(new Lane(job, 0, new Classifying(), job.prompt().length, 0));
    }
    List<Lane> outputs = new ArrayList<>();
    for (int choice = 0; choice < request.options().outputs(); choice++) {
      int draft = options.speculation() == Speculation.OFF ? 0 : options.maxDraft();
      outputs.add(new Lane(job, choice, growing(job, choice), job.prompt().length, draft));
    }
    return outputs;
  }

  private Growing growing(Job job, int choice) {
    GenerationOptions asked = job.request().options();
    int prompt = job.prompt().length;
    int most = Math.min(asked.maxNewTokens(), contextLength - prompt);
    Sampler sampler =
        new Sampler(asked.sampling(), job.seed(), choice, tokenizer.size(), job.prompt());
    @Nullable ChatParser chat =
        job.encoded().parsers() == null ? null : job.encoded().parsers().apply(choice);
    OutputText text =
        new OutputText(
            choice,
            asked,
            most,
            tokenizer.stream(SpecialTokens.SKIP),
            chat,
            !job.request().parallelToolCalls());
    return new Growing(
        sampler,
        asked,
        text,
        most,
        Allowed.allBut(asked.stopTokens()),
        job.encoded().demand().output(),
        tokenizer.size());
  }

  public int contextLength() {
    return contextLength;
  }

  /** What it does now, and has done. */
  public EngineStats stats() {
    int waiting = inbox.size();
    int running = inbox.running();
    CacheStats cached = cache.stats();
    boolean isStuck =
        waiting + running > 0 && System.nanoTime() - counters.lastProgress > STUCK_NANOS;
    return new EngineStats(
        waiting,
        running,
        model.usage(),
        cached.entries(),
        cached.bytes(),
        counters.promptTokens.sum(),
        counters.cachedTokens.sum(),
        counters.outputTokens.sum(),
        counters.finished.sum(),
        counters.failed.sum(),
        counters.cancelled.sum(),
        counters.preempted.sum(),
        counters.drafted.sum(),
        counters.accepted.sum(),
        counters.steps.sum(),
        isStuck);
  }

  /** Takes no more requests and waits for those it has; whether all of them ended in time. */
  public boolean drain(Duration longest) {
    inbox.refuse();
    return inbox.awaitEmpty(longest);
  }

  /** Fails what is left, gives all memory back, and waits for the last events to be delivered. */
  @Override
  public void close() {
    inbox.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    deliveries.shutdown();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
