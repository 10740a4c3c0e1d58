package io.deltaport.kernels;

/** The thread that calls, and the CPU it is kept on. */
public final class CallingThread {
  private CallingThread() {}

  /**
   * Keeps it on one CPU.
   *
   * @param cpu by its number in the system
   * @throws KernelException where the system refuses that
   */
  public static void pin(int cpu) {
    KernelLibrary.path();
    Native.pin(cpu);
  }

  /** Lets it run again where it could before {@link #pin}. */
  public static void unpin() {
    KernelLibrary.path();
    Native.unpin();
  }
}
