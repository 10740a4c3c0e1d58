package io.deltaport.server.model;

import io.deltaport.engine.Engine;
import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** An engine's model. The engine stays its owner's to close. */
public record EngineService(Engine engine) implements ModelService {
  @Override
  public String name() {
    Path directory = engine.model().directory().toAbsolutePath().normalize();
    Path name = directory.getFileName();
    return name == null ? "model" : name.toString();
  }

  @Override
  public Handle submit(Request request, Listener listener) {
    return engine.submit(request, listener);
  }

  @Override
  public EngineStats stats() {
    return engine.stats();
  }

  @Override
  public int contextLength() {
    return engine.contextLength();
  }

  @Override
  public Tokenizer tokenizer() {
    return engine.tokenizer();
  }

  @Override
  public Optional<ChatTemplates> templates() {
    return engine.templates();
  }

  @Override
  public GenerationDefaults defaults() {
    return engine.defaults();
  }

  @Override
  public boolean drain(Duration longest) {
    return engine.drain(longest);
  }
}
