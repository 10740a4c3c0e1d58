package io.deltaport.runtime;

import io.deltaport.runtime.session.DirectTensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Deque;
import java.util.Set;

/** The outputs of one run, in memory it has on loan. */
final class RunOutputs implements AutoCloseable {
  private final OutputBuffers buffers;
  private final Deque<OutputBuffers> home;
  private final Set<String> taps;
  private final int topK;
  private final Lease lease = new Lease();

  RunOutputs(OutputBuffers buffers, Deque<OutputBuffers> home, Set<String> taps, int topK) {
    this.buffers = buffers;
    this.home = home;
    this.taps = taps;
    this.topK = topK;
  }

  Set<String> taps() {
    return taps;
  }

  /** All rows of a float output. */
  FloatRows table(String name) {
    lease.check();
    if (!buffers.has(name)) {
      return new FloatRows(FloatBuffer.allocate(0), 0, 0, lease);
    }
    DirectTensor tensor = buffers.tensor(name);
    return new FloatRows(
        tensor.elements().asFloatBuffer(), (int) tensor.dim(0), (int) tensor.dim(1), lease);
  }

  /** The best {@code k} tokens of some rows of logits. */
  TopTokens top(int firstRow, int rows, int k) {
    lease.check();
    if (k == 0 || rows == 0) {
      return new TopTokens(LongBuffer.allocate(0), FloatBuffer.allocate(0), 0, rows, 0, 0, lease);
    }
    return new TopTokens(
        buffers.tensor(GraphNames.TOP_IDS).elements().asLongBuffer(),
        buffers.tensor(GraphNames.TOP_VALUES).elements().asFloatBuffer(),
        firstRow,
        rows,
        topK,
        k,
        lease);
  }

  @Override
  public void close() {
    if (lease.end()) {
      home.push(buffers);
    }
  }
}
