package io.deltaport.server.model;

import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.Optional;

/** What the server needs of a model. */
public interface ModelService {
  /** What its directory is called. */
  String name();

  /**
   * Takes a request; may take its time.
   *
   * @throws io.deltaport.engine.request.EngineException if it is refused
   */
  Handle submit(Request request, Listener listener);

  /** What is done now, and has been. */
  EngineStats stats();

  /** Most tokens of prompt and output together. */
  int contextLength();

  Tokenizer tokenizer();

  /** The model's chat templates, where it has any. */
  Optional<ChatTemplates> templates();

  /** How the model's makers want it to generate. */
  GenerationDefaults defaults();

  /** Takes no more requests, waits for those it has, and cancels those that take longer. */
  boolean drain(Duration longest);
}
