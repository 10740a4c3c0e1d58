package io.deltaport.paritytests;

import java.nio.file.Path;

/**
 * The stand-in GPU ({@code kernels/test/cuda_standin}): what crossed its bus, and the faults that a
 * test asks for. The system property {@link #LIBRARY} names its libcudart.so.12; it must also be
 * what the loader finds.
 */
final class StandIn {
  static final String LIBRARY = "deltaport.standin";

  static {
    System.load(Path.of(System.getProperty(LIBRARY)).toAbsolutePath().toString());
  }

  private StandIn() {}

  /**
   * Counters since the process started, but for bytes held and streams, which are of now.
   *
   * @param foreignKernels launches of ONNX Runtime's own kernels, which do nothing here
   */
  record Counts(
      long copiesToDevice,
      long bytesToDevice,
      long copiesToHost,
      long bytesToHost,
      long copiesOnDevice,
      long launches,
      long foreignKernels,
      long deviceBytes,
      long pinnedBytes,
      long streams,
      long graphLaunches) {
    /** What has been added to the counters since. */
    Counts since(Counts before) {
      return new Counts(
          copiesToDevice - before.copiesToDevice,
          bytesToDevice - before.bytesToDevice,
          copiesToHost - before.copiesToHost,
          bytesToHost - before.bytesToHost,
          copiesOnDevice - before.copiesOnDevice,
          launches - before.launches,
          foreignKernels - before.foreignKernels,
          deviceBytes,
          pinnedBytes,
          streams,
          graphLaunches - before.graphLaunches);
    }
  }

  static Counts counts() {
    long[] values = read();
    return new Counts(
        values[0],
        values[1],
        values[2],
        values[3],
        values[4],
        values[5],
        values[6],
        values[7],
        values[8],
        values[9],
        values[10]);
  }

  /** Everything works, with 80 GB of memory. */
  static void heal() {
    killDriver(false);
    memory(80L << 30);
    failCopyAfter(-1);
    refuseCapture(false);
  }

  /** Every call to the driver and the runtime fails at its start. */
  static void killDriver(boolean dead) {
    killDriver(dead ? 1 : 0);
  }

  /** The GPU has so many bytes in all. */
  static native void memory(long bytes);

  /** The copy to the GPU after so many more fails; -1 = none. */
  static native void failCopyAfter(long copies);

  /** No step can be recorded as a graph. */
  static void refuseCapture(boolean refuse) {
    refuseCapture(refuse ? 1 : 0);
  }

  private static native void killDriver(int dead);

  private static native void refuseCapture(int refuse);

  private static native long[] read();
}
