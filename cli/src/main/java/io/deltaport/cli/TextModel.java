package io.deltaport.cli;

import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.tokenizer.Tokenizer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A model and its tokenizer, opened side by side. */
record TextModel(Model model, Tokenizer tokenizer) implements AutoCloseable {
  /** Opens both by path or id; {@code usual} is what counts where no option says otherwise. */
  static TextModel open(RunOptions run, String name, ModelOptions usual) {
    CompletableFuture<Tokenizer> tokenizer =
        CompletableFuture.supplyAsync(() -> Tokenizer.load(Checkpoint.resolve(name)));
    Model model;
    try {
      model = run.open(name, usual);
    } catch (RuntimeException e) {
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
