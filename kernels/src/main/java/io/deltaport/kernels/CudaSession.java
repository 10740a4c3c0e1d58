package io.deltaport.kernels;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What the CUDA ops of one model share on a GPU: the stream, the weights, the tables of a step. A
 * graph is opened with its {@link #handle()} as the session entry {@code deltaport.cuda} and its
 * {@link #stream()} as ONNX Runtime's; then {@link #upload} brings the weights of all graphs opened
 * so far, and {@link #step} comes before each run. Every error is a {@link KernelException}.
 */
public final class CudaSession implements AutoCloseable {
  private final long handle;

  private CudaSession(long handle) {
    this.handle = handle;
  }

  /** Opens GPU {@code device} and loads the kernels that suit it. */
  public static CudaSession open(int device) {
    KernelLibrary.path();
    return new CudaSession(Native.cudaOpen(device));
  }

  /** What the session entry {@code deltaport.cuda} takes. */
  public long handle() {
    return handle;
  }

  /** The address of its stream. */
  public long stream() {
    return Native.cudaStream(handle);
  }

  /** Bytes of GPU memory that weights still need. */
  public long missingBytes() {
    return Native.cudaMissing(handle);
  }

  /**
   * Uploads the weights that are not on the GPU yet; {@code progress} hears of the bytes of each
   * part. On an error, or where {@code progress} throws, nothing of them stays there.
   */
  public void upload(LongConsumer progress) {
    Native.cudaUpload(handle, progress);
  }

  /**
   * Brings the tables of the next run, direct buffers from first byte to capacity, in one copy; the
   * run's inputs must lie at the same addresses.
   */
  public void step(List<ByteBuffer> tables) {
    Native.cudaStep(handle, tables.toArray(new ByteBuffer[0]));
  }

  /** Changes when memory has moved: recordings made before are of no use then. */
  public long epoch() {
    return Native.cudaEpoch(handle);
  }

  /** What runs from now on is recorded and does not run. */
  public void record() {
    Native.cudaRecord(handle);
  }

  /** Ends a recording; gives its number. */
  public long recordEnd() {
    return Native.cudaRecordEnd(handle);
  }

  /** Ends a recording that failed. */
  public void recordDrop() {
    Native.cudaRecordDrop(handle);
  }

  /**
   * Runs what was recorded, over the tables of the last {@link #step}, which must have the sizes of
   * those then, and waits; outputs are where they were then.
   */
  public void replay(long recording) {
    Native.cudaReplay(handle, recording);
  }

  /** Lets a recording go. */
  public void forget(long recording) {
    Native.cudaForget(handle, recording);
  }

  /** Its memory goes when the graphs that use it are closed too. */
  @Override
  public void close() {
    Native.cudaClose(handle);
  }
}
