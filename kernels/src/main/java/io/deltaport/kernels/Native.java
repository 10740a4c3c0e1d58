package io.deltaport.kernels;

import java.nio.ByteBuffer;

/**
 * The C API of {@code deltaport.h}, each function by its name there; an error is a {@link
 * KernelException}.
 */
final class Native {
  private Native() {}

  /** {@code layers} holds the nine fields of each {@code dp_layer}. */
  static native long poolCreate(
      int[] layers, long rows, long blocks, int block, int kvType, int device);

  static native void poolFree(long handle);

  static native void poolGrow(long handle, long rows, long blocks);

  static native void poolCopyRows(long handle, int[] from, int[] to, int n);

  static native void poolCopyBlocks(long handle, int[] from, int[] to, int n);

  /** {@code data} is direct; {@code size} bytes from {@code offset} are filled. */
  static native void poolRead(
      long handle, int layer, int part, long index, ByteBuffer data, int offset, int size);

  static native void poolWrite(
      long handle, int layer, int part, long index, ByteBuffer data, int offset, int size);

  static native long poolBytes(long handle);

  static native String kernels();

  /** Read bytes, float32, bf16 and int8 operations a second. */
  static native double[] limits(int threads);

  /** Sets a variable of the process environment unless it is set. */
  static native void setDefaultEnvironment(String name, String value);

  /** A variable of the process environment as native code sees it, "" if it is not set. */
  static native String environment(String name);
}
