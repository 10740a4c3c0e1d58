package io.deltaport.engine;

import io.deltaport.directory.Progress;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A model and its tokenizer. */
public record TextModel(Model model, Tokenizer tokenizer) implements AutoCloseable {
  /** Opens both side by side; {@code progress} is told of the stages that take long. */
  public static TextModel open(Path path, ModelOptions options, Progress progress) {
    CompletableFuture<Tokenizer> tokenizer =
        CompletableFuture.supplyAsync(() -> Tokenizer.load(path));
    Model model;
    try {
      model = Model.open(path, options, progress);
    } catch (RuntimeException | Error e) {
      tokenizer.thenAccept(Tokenizer::close).handle((closed, failure) -> true).join();
      throw e;
    }
    try {
      return new TextModel(model, tokenizer.join());
    } catch (CompletionException e) {
      model.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
