package io.deltaport.kernels;

import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import java.nio.ByteBuffer;

/**
 * The state of many sequences, in native or GPU memory: {@code slots} slots of every linear layer
 * and {@code blocks} blocks of every full-attention layer; a sequence has a slot and a list of
 * blocks. A graph takes its {@link #handle()}.
 *
 * <p>May be used from any thread; the library serialises what is done to one pool. A closed pool's
 * handle is refused everywhere, and its memory goes when the run that still uses it is done. Every
 * error is a {@link KernelException} and leaves the pool as it was.
 */
public final class NativePool implements AutoCloseable {
  /** The device number of host memory; 0 and up are GPUs. */
  public static final int CPU = -1;

  private final long handle;

  private NativePool(long handle) {
    this.handle = handle;
  }

  /** A pool of zeros in host memory. */
  public static NativePool create(State state, long slots, long blocks, int block, KvType kvType) {
    return create(state, slots, blocks, block, kvType, CPU);
  }

  /**
   * A pool of zeros in host memory or on a GPU.
   *
   * @param state what each layer keeps; at least one layer, no number twice
   * @param slots slots of the linear layers, 0 to 2^31-1
   * @param blocks blocks of the full-attention layers, 0 to 2^31-1
   * @param block tokens in a block
   * @param kvType element type of the blocks
   * @param device {@link #CPU} or the number of a GPU
   */
  public static NativePool create(
      State state, long slots, long blocks, int block, KvType kvType, int device) {
    KernelLibrary.path();
    int[] fields =
        state.layers().stream()
            .flatMap(layer -> layer.fields().stream())
            .mapToInt(Integer::intValue)
            .toArray();
    return new NativePool(Native.poolCreate(fields, slots, blocks, block, kvType.code(), device));
  }

  /** What the {@code state} input of a graph takes. */
  public long handle() {
    return handle;
  }

  /** Bytes of all slots and blocks. */
  public long bytes() {
    return Native.poolBytes(handle);
  }

  /** Makes room for so many slots and blocks in all, never fewer than now; what is new is zero. */
  public void grow(long slots, long blocks) {
    Native.poolGrow(handle, slots, blocks);
  }

  /**
   * Copies block {@code from[i]} of every full-attention layer to {@code to[i]}, for the first
   * {@code n}, in order.
   */
  public void copyBlocks(int[] from, int[] to, int n) {
    Native.poolCopyBlocks(handle, from, to, n);
  }

  /**
   * Fills the rest of a direct buffer, which must be exactly one slot or block of that part, and
   * advances it.
   */
  public void read(int layer, StatePart part, long index, ByteBuffer to) {
    requireDirect(to);
    Native.poolRead(handle, layer, part.code, index, to, to.position(), to.remaining());
    to.position(to.limit());
  }

  /**
   * Stores the rest of a direct buffer, which must be exactly one slot or block of that part, and
   * advances it.
   */
  public void write(int layer, StatePart part, long index, ByteBuffer from) {
    requireDirect(from);
    Native.poolWrite(handle, layer, part.code, index, from, from.position(), from.remaining());
    from.position(from.limit());
  }

  private static void requireDirect(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      throw new KernelException("expected a direct buffer");
    }
  }

  /** Gives the memory back; a second call is an error, as the handle is never used again. */
  @Override
  public void close() {
    Native.poolFree(handle);
  }
}
