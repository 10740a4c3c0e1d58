package io.deltaport.examples;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.TextStream;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** Continues a text by twenty tokens, each the model's best: {@code Continue MODEL TEXT}. */
public final class Continue {
  private Continue() {}

  public static void main(String[] args) {
    try (Model model = Model.open(Path.of(args[0]));
        Tokenizer tokenizer = Tokenizer.load(model.directory());
        Sequence sequence = model.newSequence()) {
      TextStream text = tokenizer.stream(SpecialTokens.SKIP);
      int[] next = tokenizer.encode(args[1]);
      for (int i = 0; i < 20; i++) {
        try (StepResult result = model.run(List.of(Step.of(sequence, next).topK(1)))) {
          next = new int[] {result.get(0).top().id(0, 0)};
          System.out.print(text.add(next[0]));
        }
      }
    }
  }
}
