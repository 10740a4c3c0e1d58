package io.deltaport.evaluate.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The trained example, in exact mode, and a text that it has not seen. */
final class KjvTiny implements AutoCloseable {
  static final Path DIRECTORY = Path.of("../fixtures/kjv-tiny");

  final Model model = Model.open(DIRECTORY, ModelOptions.EXACT.withThreads(2).withChunk(7));
  private final Tokenizer tokenizer = Tokenizer.load(model.directory());

  /** What transformers makes of that text. */
  static JsonNode heldout() {
    try {
      return new ObjectMapper()
          .readTree(DIRECTORY.resolve("reference_text.json").toFile())
          .get("heldout");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int[] heldoutIds() {
    try {
      return tokenizer.encode(Files.readString(DIRECTORY.resolve("heldout.txt")));
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
