package io.deltaport.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The trained example, in exact mode, and what transformers wrote with it. */
final class KjvTiny implements AutoCloseable {
  static final Path DIRECTORY = Path.of("../fixtures/kjv-tiny");

  final Model model = Model.open(DIRECTORY, ModelOptions.EXACT.withThreads(2).withChunk(7));
  final Tokenizer tokenizer = Tokenizer.load(model.directory());
  final Generator generator = new Generator(model, tokenizer);

  static JsonNode reference() {
    try {
      return new ObjectMapper().readTree(DIRECTORY.resolve("reference_text.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
