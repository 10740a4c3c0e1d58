package io.deltaport.kernels;

/**
 * What this machine can do at most, per second and of all threads together; 0 where it has no such
 * instruction.
 *
 * @param readBytes streamed from memory in 2 MiB pages
 * @param f32Flops float32 multiply-adds, two operations each
 * @param bf16Flops bf16 dot products
 * @param int8Ops int8 dot products
 */
public record MachineLimits(double readBytes, double f32Flops, double bf16Flops, double int8Ops) {
  /**
   * Measures with loops that do nothing else; takes about a quarter of a second.
   *
   * @throws KernelException where the threads are not 1 to 1024 or memory is short
   */
  public static MachineLimits measure(int threads) {
    KernelLibrary.path();
    double[] limits = Native.limits(threads);
    return new MachineLimits(limits[0], limits[1], limits[2], limits[3]);
  }
}
