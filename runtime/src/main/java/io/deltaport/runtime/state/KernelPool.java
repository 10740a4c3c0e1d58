package io.deltaport.runtime.state;

import io.deltaport.kernels.GpuInfo;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.KvType;
import io.deltaport.kernels.NativePool;
import io.deltaport.kernels.StateLayer;
import io.deltaport.runtime.options.RunException;
import java.util.List;

/** A pool of the kernel library. */
public final class KernelPool implements PoolMemory {
  private final NativePool pool;
  private final long slotBytes;
  private final long blockBytes;
  private final int device;

  private KernelPool(NativePool pool, long slotBytes, long blockBytes, int device) {
    this.pool = pool;
    this.slotBytes = slotBytes;
    this.blockBytes = blockBytes;
    this.device = device;
  }

  /** Makes pools for these layers in host memory or on a GPU ({@link NativePool#create}). */
  public static Factory of(List<StateLayer> layers, KvType kv, int device) {
    long slotBytes = 0;
    long blockBytes = 0;
    for (StateLayer layer : layers) {
      slotBytes = Math.addExact(slotBytes, slotBytes(layer));
      blockBytes = Math.addExact(blockBytes, blockBytes(layer, kv));
    }
    long slot = slotBytes;
    long block = blockBytes;
    return (slots, blocks) -> {
      try {
        NativePool pool = NativePool.create(layers, slots, blocks, StatePool.BLOCK, kv, device);
        return new KernelPool(pool, slot, block, device);
      } catch (KernelException e) {
        throw capacity(e);
      }
    };
  }

  private static long slotBytes(StateLayer layer) {
    if (layer instanceof StateLayer.Linear linear) {
      long conv = Math.multiplyExact(linear.kernel() - 1L, linear.convDim());
      long recurrent = product(linear.vHeads(), linear.kDim(), linear.vDim());
      return Math.multiplyExact(Math.addExact(conv, recurrent), (long) Float.BYTES);
    }
    return 0;
  }

  private static long blockBytes(StateLayer layer, KvType kv) {
    if (layer instanceof StateLayer.FullAttention attention) {
      long tokens = product(2, attention.kvHeads(), StatePool.BLOCK);
      long tokenBytes =
          switch (kv) {
            case F32 -> 4L * attention.headDim();
            case BF16 -> 2L * attention.headDim();
            case INT8 -> attention.headDim() + (long) Float.BYTES;
          };
      return Math.multiplyExact(tokens, tokenBytes);
    }
    return 0;
  }

  private static long product(long a, long b, long c) {
    return Math.multiplyExact(Math.multiplyExact(a, b), c);
  }

  @Override
  public long handle() {
    return pool.handle();
  }

  @Override
  public long bytes(long slots, long blocks) {
    return Math.addExact(
        Math.multiplyExact(slots, slotBytes), Math.multiplyExact(blocks, blockBytes));
  }

  @Override
  public long available() {
    return device == NativePool.CPU ? AvailableMemory.bytes() : GpuInfo.of(device).freeBytes();
  }

  @Override
  public void grow(long slots, long blocks) {
    try {
      pool.grow(slots, blocks);
    } catch (KernelException e) {
      throw capacity(e);
    }
  }

  @Override
  public void copyBlocks(int[] from, int[] to, int n) {
    try {
      pool.copyBlocks(from, to, n);
    } catch (KernelException e) {
      throw new RunException(RunException.Reason.BACKEND, String.valueOf(e.getMessage()), e);
    }
  }

  private static RunException capacity(KernelException e) {
    return new RunException(RunException.Reason.CAPACITY, String.valueOf(e.getMessage()), e);
  }

  @Override
  public void close() {
    pool.close();
  }
}
