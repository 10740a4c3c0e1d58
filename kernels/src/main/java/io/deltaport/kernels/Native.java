package io.deltaport.kernels;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * The C API of {@code deltaport.h}, each function by its name there; an error is a {@link
 * KernelException}.
 */
final class Native {
  private Native() {}

  /** {@code layers} holds the nine fields of each {@code dp_layer}. */
  static native long poolCreate(
      int[] layers, long slots, long blocks, int block, int kvType, int device);

  static native void poolFree(long handle);

  static native void poolGrow(long handle, long slots, long blocks);

  static native void poolCopyBlocks(long handle, int[] from, int[] to, int n);

  /** {@code data} is direct; {@code size} bytes from {@code offset} are filled. */
  static native void poolRead(
      long handle, int layer, int part, long index, ByteBuffer data, int offset, int size);

  static native void poolWrite(
      long handle, int layer, int part, long index, ByteBuffer data, int offset, int size);

  static native long poolBytes(long handle);

  static native String kernels();

  static native String ops();

  /** Read bytes, float32, bf16 and int8 operations a second. */
  static native double[] limits(int threads);

  static native void pin(int cpu);

  static native void unpin();

  /** Sets a variable of the process environment unless it is set. */
  static native void setDefaultEnvironment(String name, String value);

  /** A variable of the process environment as native code sees it, "" if it is not set. */
  static native String environment(String name);

  /**
   * Capability, multiprocessors, version of the driver, free and total bytes of a GPU; {@code
   * names} takes its name and that of the kernels that run on it.
   */
  static native long[] cudaDevice(int device, String[] names);

  static native long cudaOpen(int device);

  static native void cudaClose(long session);

  static native long cudaStream(long session);

  static native long cudaMissing(long session);

  static native void cudaUpload(long session, LongConsumer progress);

  /** Direct buffers, each a table from its first byte to its capacity. */
  static native void cudaStep(long session, ByteBuffer[] tables);

  static native long cudaEpoch(long session);

  static native void cudaRecord(long session);

  static native long cudaRecordEnd(long session);

  static native void cudaRecordDrop(long session);

  static native void cudaReplay(long session, long recording);

  static native void cudaForget(long session, long recording);

  /** Loads a shared library by its name; gives the loader's words where it cannot, else "". */
  static native String loadLibrary(String name);
}
