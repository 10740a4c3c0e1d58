package io.deltaport.kernels;

/**
 * Measures {@link MachineLimits#readBytes} again and again over memory that it keeps, between runs
 * of something else.
 */
public final class ReadProbe implements AutoCloseable {
  private final long handle;

  private ReadProbe(long handle) {
    this.handle = handle;
  }

  /**
   * Takes so much memory.
   *
   * @throws KernelException where the threads are not 1 to 1024, the bytes not 1 to 1024 MiB, or
   *     memory is short
   */
  public static ReadProbe open(int threads, long bytes) {
    KernelLibrary.path();
    return new ReadProbe(Native.readProbeCreate(threads, bytes));
  }

  /** The best of three passes over the memory; 0 where the processor has no vectors. */
  public double bytesPerSecond() {
    return Native.readProbeRate(handle);
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    Native.readProbeFree(handle);
  }
}
