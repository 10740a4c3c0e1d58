package io.deltaport.kernels;

/**
 * A GPU as the driver describes it.
 *
 * @param name its name
 * @param capability 10 times its major version plus its minor one
 * @param processors multiprocessors
 * @param kernels this library's device code that runs on it, such as {@code sm_90a}, "" if none
 * @param driver CUDA version of the driver, 12080 = 12.8
 * @param freeBytes of its memory, now
 * @param totalBytes of its memory
 */
public record GpuInfo(
    String name,
    int capability,
    int processors,
    String kernels,
    int driver,
    long freeBytes,
    long totalBytes) {
  /**
   * Asks the driver.
   *
   * @throws KernelException where there is no driver, it does not work, or it has no such GPU
   */
  public static GpuInfo of(int device) {
    KernelLibrary.path();
    String[] names = {"", ""};
    long[] numbers = Native.cudaDevice(device, names);
    return new GpuInfo(
        names[0],
        (int) numbers[0],
        (int) numbers[1],
        names[1],
        (int) numbers[2],
        numbers[3],
        numbers[4]);
  }
}
