package io.deltaport.runtime.open;

import io.deltaport.directory.Progress;
import io.deltaport.kernels.CudaSession;
import io.deltaport.kernels.KernelException;
import io.deltaport.runtime.cuda.CudaDiagnosis;
import io.deltaport.runtime.options.RunException;

/** A model's place on a GPU. */
final class CudaModel {
  /** The GPU that models run on; {@code CUDA_VISIBLE_DEVICES} says which one is the first. */
  static final int GPU = 0;

  private CudaModel() {}

  /** Opens the GPU; where it cannot be used, the error says all that is missing. */
  static CudaSession open() {
    CudaDiagnosis diagnosis = CudaDiagnosis.now();
    if (!diagnosis.works()) {
      throw new RunException(RunException.Reason.BACKEND, diagnosis.summary());
    }
    try {
      return CudaSession.open(GPU);
    } catch (KernelException e) {
      throw backend(e);
    }
  }

  /** Brings the weights of the graphs that are open to the GPU. */
  static void upload(CudaSession cuda, Progress progress) {
    try {
      progress.stage("uploading weights", cuda.missingBytes());
      cuda.upload(progress::advance);
    } catch (KernelException e) {
      throw backend(e);
    }
  }

  private static RunException backend(KernelException e) {
    return new RunException(RunException.Reason.BACKEND, String.valueOf(e.getMessage()), e);
  }
}
