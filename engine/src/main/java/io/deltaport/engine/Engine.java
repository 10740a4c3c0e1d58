package io.deltaport.engine;

import io.deltaport.directory.Progress;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.runtime.Model;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A model that many callers share. Requests come from any thread, are worked on together, and tell
 * their listeners what comes.
 */
public final class Engine implements AutoCloseable {
  private Engine() {}

  /** Opens a model directory or a checkpoint, its tokenizer and its chat template. */
  public static Engine open(Path path, EngineOptions options) {
    return open(path, options, Progress.NONE);
  }

  /** The same; {@code progress} is told of the stages that take long. */
  public static Engine open(Path path, EngineOptions options, Progress progress) {
    return later();
  }

  /**
   * Takes a request. Rendering and encoding are done on the caller's thread.
   *
   * @throws io.deltaport.engine.request.EngineException if it is refused: then no event comes
   */
  public Handle submit(Request request, Listener listener) {
    return later();
  }

  /** What it does now, and has done. */
  public EngineStats stats() {
    return later();
  }

  /** Most tokens of prompt and output together. */
  public int contextLength() {
    return later();
  }

  /** The open model. Its sequences are the engine's; others may have their own. */
  public Model model() {
    return later();
  }

  /** The model's tokenizer. */
  public Tokenizer tokenizer() {
    return later();
  }

  /** The model's chat templates, where it has any. */
  public Optional<ChatTemplates> templates() {
    return later();
  }

  /** How the model's makers want it to generate. */
  public GenerationDefaults defaults() {
    return later();
  }

  /**
   * Takes no more requests and waits for those it has, no longer than this; what is left then is
   * cancelled.
   *
   * @return whether all of them ended by themselves
   */
  public boolean drain(Duration longest) {
    return later();
  }

  /** Cancels what is left and closes the model. */
  @Override
  public void close() {}

  @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"})
  private static <T> T later() {
    throw new UnsupportedOperationException();
  }
}
