package io.deltaport.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The trained example, in exact mode, and what transformers wrote with it. */
final class KjvTiny implements AutoCloseable {
  static final Path DIRECTORY = Path.of("../fixtures/kjv-tiny");
  static final ModelOptions EXACT = ModelOptions.EXACT.withThreads(2);

  final Model model = Model.open(DIRECTORY, EXACT);
  final Tokenizer tokenizer = Tokenizer.load(model.directory());
  final Engine engine = Engine.over(model, tokenizer, EngineOptions.DEFAULT);

  static JsonNode reference() {
    try {
      return new ObjectMapper().readTree(DIRECTORY.resolve("reference_text.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Answer answer(GenerationOptions options, String prompt) {
    return engine.answer(Request.text(options, prompt));
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
    model.close();
  }
}
