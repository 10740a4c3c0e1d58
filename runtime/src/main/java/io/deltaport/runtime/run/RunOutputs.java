package io.deltaport.runtime.run;

import io.deltaport.runtime.session.DirectTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outputs of one run, tables in memory it has on loan. */
public final class RunOutputs implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).order(ByteOrder.nativeOrder());

  private final OutputBuffers buffers;
  private final Deque<OutputBuffers> home;
  private final Set<String> taps;
  private final Lease lease = new Lease();

  RunOutputs(OutputBuffers buffers, Deque<OutputBuffers> home, Set<String> taps) {
    this.buffers = buffers;
    this.home = home;
    this.taps = taps;
  }

  /** Names of the tap outputs. */
  public Set<String> taps() {
    return taps;
  }

  /** Ends when these are closed. */
  public Lease lease() {
    return lease;
  }

  /** How wide a table is; 0 where none of its rows was wanted. */
  public int width(String name) {
    lease.check();
    @Nullable DirectTensor tensor = buffers.find(name);
    return tensor == null ? 0 : (int) tensor.dim(1);
  }

  /** How many rows of a table were wanted. */
  public int rows(String name) {
    lease.check();
    @Nullable DirectTensor tensor = buffers.find(name);
    return tensor == null ? 0 : (int) tensor.dim(0);
  }

  /** The rows {@code first} to {@code first + count} of a table of floats. */
  public FloatBuffer floats(String name, int first, int count) {
    return rows(name, first, count, Float.BYTES).asFloatBuffer();
  }

  /** The rows {@code first} to {@code first + count} of a table of token ids. */
  public LongBuffer longs(String name, int first, int count) {
    return rows(name, first, count, Long.BYTES).asLongBuffer();
  }

  private ByteBuffer rows(String name, int first, int count, int size) {
    lease.check();
    if (count == 0) {
      return NOTHING;
    }
    DirectTensor tensor = buffers.tensor(name);
    int bytes = (int) tensor.dim(1) * size;
    return tensor.elements().slice(first * bytes, count * bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    if (lease.end()) {
      home.push(buffers);
    }
  }
}
