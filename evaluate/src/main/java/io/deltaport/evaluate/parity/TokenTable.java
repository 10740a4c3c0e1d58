package io.deltaport.evaluate.parity;

import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.util.Arrays;

/** An I64 tensor {@code [batch, seq]} of a reference: token ids or an attention mask. */
public final class TokenTable {
  private final long[] values;
  private final int batch;
  private final int seq;

  private TokenTable(long[] values, int batch, int seq) {
    this.values = values;
    this.batch = batch;
    this.seq = seq;
  }

  static TokenTable read(Tensor tensor) {
    boolean table = tensor.dtype() == DType.I64 && tensor.shape().rank() == 2;
    if (!table || tensor.shape().elements() == 0) {
      throw ReferenceTensors.refused(
          tensor, "I64 of two axes, none empty", tensor.dtype() + " " + tensor.shape());
    }
    long[] values = TensorData.toLongs(tensor);
    return new TokenTable(values, (int) tensor.shape().dim(0), (int) tensor.shape().dim(1));
  }

  /** Rows. */
  public int batch() {
    return batch;
  }

  /** Columns. */
  public int seq() {
    return seq;
  }

  /** The value of row {@code b}, column {@code s}. */
  public long get(int b, int s) {
    if (s < 0 || s >= seq) {
      throw new IndexOutOfBoundsException("column " + s + " of " + seq);
    }
    return values[b * seq + s];
  }

  /** A copy, {@code [batch][seq]}. */
  long[][] toArrays() {
    long[][] rows = new long[batch][];
    for (int b = 0; b < batch; b++) {
      rows[b] = Arrays.copyOfRange(values, b * seq, (b + 1) * seq);
    }
    return rows;
  }
}
