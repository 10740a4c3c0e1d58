package io.deltaport.runtime.state;

import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import io.deltaport.kernels.GpuInfo;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.NativePool;
import io.deltaport.runtime.options.RunException;

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

  /** Makes pools of a state in host memory or on a GPU ({@link NativePool#create}). */
  public static Factory of(State state, KvType kv, int device) {
    long slotBytes = state.slotBytes();
    long blockBytes = state.blockBytes(kv, StatePool.BLOCK);
    return (slots, blocks) -> {
      try {
        NativePool pool = NativePool.create(state, slots, blocks, StatePool.BLOCK, kv, device);
        return new KernelPool(pool, slotBytes, blockBytes, device);
      } catch (KernelException e) {
        throw capacity(e);
      }
    };
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
