package io.deltaport.runtime.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.deltaport.kernels.CudaSession;
import io.deltaport.runtime.options.RunException;

/** ONNX Runtime's CUDA provider, as a graph of our ops wants it. */
final class CudaProvider {
  private CudaProvider() {}

  /** Puts a session's ops on the GPU, on our stream. */
  static void add(OrtSession.SessionOptions session, CudaSession cuda) {
    try {
      addOptions(session, cuda);
    } catch (OrtException e) {
      throw new RunException(
          RunException.Reason.BACKEND,
          "ONNX Runtime's CUDA provider: " + GraphSession.oneLine(e),
          e);
    }
  }

  private static void addOptions(OrtSession.SessionOptions session, CudaSession cuda)
      throws OrtException {
    session.addConfigEntry("deltaport.cuda", Long.toString(cuda.handle()));
    try (OrtCUDAProviderOptions options = new OrtCUDAProviderOptions(0)) {
      options.add("has_user_compute_stream", "1");
      options.add("user_compute_stream", Long.toString(cuda.stream()));
      // Activations alone come from its arena: no doubling.
      options.add("arena_extend_strategy", "kSameAsRequested");
      // Nothing of cuDNN is used, and it need not be there.
      options.add("enable_cudnn", "0");
      session.addCUDA(options);
    }
  }
}
