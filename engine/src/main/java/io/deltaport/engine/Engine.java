package io.deltaport.engine;

import io.deltaport.directory.Progress;
import io.deltaport.engine.cache.PrefixCache;
import io.deltaport.engine.chat.ChatPrompts;
import io.deltaport.engine.constrain.Constraints;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.run.StateBudget;
import io.deltaport.engine.run.Worker;
import io.deltaport.engine.step.RuntimeModel;
import io.deltaport.runtime.Model;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that many callers share. Requests come from any thread, are worked on together, and tell
 * their listeners what comes. Thread-safe.
 */
public final class Engine implements AutoCloseable {
  private final Model model;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplates> templates;
  private final GenerationDefaults defaults;
  private final Constraints constraints;
  private final Worker worker;
  private final Runnable closing;

  private Engine(
      Model model,
      Tokenizer tokenizer,
      Optional<ChatTemplates> templates,
      EngineOptions options,
      Runnable closing) {
    this.closing = closing;
    this.model = model;
    this.tokenizer = tokenizer;
    this.templates = templates;
    this.defaults = GenerationDefaults.of(model);
    RuntimeModel steps = new RuntimeModel(model);
    StateBudget budget =
        StateBudget.of(options, steps.usage(), steps.contextLength(), model.availableStateBytes());
    model.reserveState(budget.slots(), budget.blocks());
    this.constraints = constraints(steps.vocabulary());
    this.worker =
        new Worker(
            steps,
            tokenizer,
            templates.map(found -> new ChatPrompts(found, tokenizer)),
            constraints,
            endOfTurn(),
            options,
            budget.sequences(),
            budget.contextLength(),
            new PrefixCache(steps::usage, options.cacheShare()));
  }

  /**
   * The tokenizer's {@code eos_token}, at which a chat ends too, other than with transformers: a
   * fine-tune whose {@code generation_config.json} names only {@code <|endoftext|>} would go on for
   * ever otherwise.
   */
  private OptionalInt endOfTurn() {
    @Nullable String token =
        templates.map(found -> found.specialTokens().get("eos_token")).orElse(null);
    return token == null ? OptionalInt.empty() : tokenizer.id(token);
  }

  private Constraints constraints(int vocabulary) {
    Set<Integer> ends = new HashSet<>(defaults.stopTokens());
    endOfTurn().ifPresent(ends::add);
    return new Constraints(tokenizer, vocabulary, ends);
  }

  private static Optional<ChatTemplates> templates(Path directory) {
    return ChatTemplates.FILES.stream().anyMatch(file -> Files.exists(directory.resolve(file)))
        ? Optional.of(ChatTemplates.load(directory))
        : Optional.empty();
  }

  /** Opens a model directory or a checkpoint, with its tokenizer and its chat template. */
  public static Engine open(Path path, EngineOptions options) {
    return open(path, options, Progress.NONE);
  }

  /** The same; {@code progress} is told of the stages that take long. */
  public static Engine open(Path path, EngineOptions options, Progress progress) {
    TextModel text = TextModel.open(path, options.model(), progress);
    try {
      return new Engine(
          text.model(),
          text.tokenizer(),
          templates(text.model().directory()),
          options,
          text::close);
    } catch (RuntimeException | Error e) {
      text.close();
      throw e;
    }
  }

  /**
   * Over an open model and its tokenizer, which stay the caller's; the model's memory for state is
   * the engine's until that is closed.
   */
  public static Engine over(Model model, Tokenizer tokenizer, EngineOptions options) {
    return over(model, tokenizer, templates(model.directory()), options);
  }

  /** The same, with other templates than the model's. */
  static Engine over(
      Model model, Tokenizer tokenizer, Optional<ChatTemplates> templates, EngineOptions options) {
    return new Engine(model, tokenizer, templates, options, () -> {});
  }

  /**
   * Takes a request. Its text is rendered and encoded on the caller's thread.
   *
   * @throws io.deltaport.engine.request.EngineException if it is refused: then no event comes
   */
  public Handle submit(Request request, Listener listener) {
    return worker.submit(request, listener);
  }

  /**
   * Does a request and waits for all of it.
   *
   * @throws io.deltaport.engine.request.EngineException if it is refused or fails
   */
  public Answer answer(Request request) {
    Answer.Collector collector = new Answer.Collector();
    return collector.answer(submit(request, collector).await());
  }

  /** What it does now, and has done. */
  public EngineStats stats() {
    return worker.stats();
  }

  /** Most tokens of prompt and output together. */
  public int contextLength() {
    return worker.contextLength();
  }

  /** The open model; the memory for its sequences' state is the engine's. */
  public Model model() {
    return model;
  }

  /** The model's tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The model's chat templates, where it has any. */
  public Optional<ChatTemplates> templates() {
    return templates;
  }

  /** How the model's makers want it to generate. */
  public GenerationDefaults defaults() {
    return defaults;
  }

  /**
   * Takes no more requests and waits for those it has, no longer than this.
   *
   * @return whether all of them ended
   */
  public boolean drain(Duration longest) {
    return worker.drain(longest);
  }

  /** Fails what is left, and closes what it opened. */
  @Override
  public void close() {
    worker.close();
    constraints.close();
    closing.run();
  }
}
