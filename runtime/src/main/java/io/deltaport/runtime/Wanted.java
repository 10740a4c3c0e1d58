package io.deltaport.runtime;

import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.state.Advance;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is returned of the tokens of a step.
 *
 * @param logits whose logits; null = the last token's, where the model has logits
 * @param hidden whose hidden states after the last norm
 * @param topK how many best tokens beside a row of logits
 */
record Wanted(@Nullable RowSelection logits, RowSelection hidden, int topK) {
  static final Wanted USUAL = new Wanted(null, RowSelection.NONE, 0);

  Wanted {
    Objects.requireNonNull(hidden);
    if (topK < 0) {
      throw new RunException(
          RunException.Reason.ARGUMENT, "top k must be at least 0, found " + topK);
    }
  }

  Wanted withLogits(RowSelection rows) {
    return new Wanted(Objects.requireNonNull(rows), hidden, topK);
  }

  Wanted withHidden(RowSelection rows) {
    return new Wanted(logits, rows, topK);
  }

  Wanted withTopK(int k) {
    return new Wanted(logits, hidden, k);
  }

  /** Lays a step out; of these of its tokens the sequence keeps the hidden state. */
  Packing.Part add(Advance advance, int[] kept, Packing packing) {
    int tokens = advance.tokens();
    return packing.add(advance, logits(packing).rows(tokens), hidden.rows(tokens), kept, topK);
  }

  private RowSelection logits(Packing packing) {
    if (logits != null) {
      return logits;
    }
    return packing.has(Port.LOGITS.key()) ? RowSelection.LAST : RowSelection.NONE;
  }
}
