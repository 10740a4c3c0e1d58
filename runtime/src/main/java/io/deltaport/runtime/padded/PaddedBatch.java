package io.deltaport.runtime.padded;

import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.options.RunException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch as Hugging Face has it: {@code input_ids} and {@code attention_mask}, {@code [batch,
 * seq]}. The mask may hold padding on either side and holes anywhere; masked tokens never reach the
 * model. It may also be wider than the ids, as with a cache: then its last {@code seq} columns are
 * meant.
 */
public final class PaddedBatch {
  private final int[][] ids;
  private final boolean[][] real;
  private final @Nullable RowSelection logits;
  private final @Nullable RowSelection hidden;

  private PaddedBatch(
      int[][] ids, boolean[][] real, @Nullable RowSelection logits, @Nullable RowSelection hidden) {
    this.ids = ids;
    this.real = real;
    this.logits = logits;
    this.hidden = hidden;
  }

  /**
   * Ids and mask (1 = a token, 0 = padding). What the head gives is returned of every token:
   * logits, or the base model's hidden states.
   */
  public static PaddedBatch of(long[][] inputIds, long[][] attentionMask) {
    if (inputIds.length == 0 || inputIds.length != attentionMask.length) {
      throw wrong(
          "input_ids and attention_mask need the same batch, at least 1, found %d and %d"
              .formatted(inputIds.length, attentionMask.length));
    }
    int seq = inputIds[0].length;
    int width = attentionMask[0].length;
    int[][] ids = new int[inputIds.length][seq];
    boolean[][] real = new boolean[inputIds.length][seq];
    for (int b = 0; b < ids.length; b++) {
      if (inputIds[b].length != seq || attentionMask[b].length != width || width < seq) {
        throw wrong(
            "row %d: expected %d ids and %d mask values (at least as many), found %d and %d"
                .formatted(b, seq, width, inputIds[b].length, attentionMask[b].length));
      }
      for (int s = 0; s < seq; s++) {
        ids[b][s] = checkedId(inputIds[b][s], b, s);
        real[b][s] = isReal(attentionMask[b][width - seq + s], b, s);
      }
    }
    return new PaddedBatch(ids, real, null, null);
  }

  private static int checkedId(long id, int b, int s) {
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw wrong("input_ids[%d, %d] is %d, no token id".formatted(b, s, id));
    }
    return (int) id;
  }

  private static boolean isReal(long mask, int b, int s) {
    if (mask != 0 && mask != 1) {
      throw wrong("attention_mask[%d, %d] is %d, must be 0 or 1".formatted(b, s, mask));
    }
    return mask == 1;
  }

  private static RunException wrong(String message) {
    return new RunException(RunException.Reason.ARGUMENT, message);
  }

  /** Logits of these tokens of each row, counted over its real tokens. */
  public PaddedBatch logits(RowSelection rows) {
    return new PaddedBatch(ids, real, Objects.requireNonNull(rows), hidden);
  }

  /** Final-normed hidden states of these tokens of each row, counted over its real tokens. */
  public PaddedBatch hidden(RowSelection rows) {
    return new PaddedBatch(ids, real, logits, Objects.requireNonNull(rows));
  }

  /** Rows. */
  public int batch() {
    return ids.length;
  }

  /** Columns. */
  public int seq() {
    return ids[0].length;
  }

  public int id(int b, int s) {
    return ids[b][s];
  }

  /** Whether that is a token rather than padding. */
  public boolean isReal(int b, int s) {
    return real[b][s];
  }

  @Nullable RowSelection logits() {
    return logits;
  }

  @Nullable RowSelection hidden() {
    return hidden;
  }
}
