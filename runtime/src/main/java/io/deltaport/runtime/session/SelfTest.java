package io.deltaport.runtime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.deltaport.kernels.KernelLibrary;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/**
 * The kernels' self-test, run once a process before the first model: an ONNX Runtime that is too
 * old, or whose C ABI is not the one that the kernels know, is named here.
 */
final class SelfTest {
  private static boolean passed;

  private SelfTest() {}

  static synchronized void require(OrtEnvironment environment, Path library) {
    if (passed) {
      return;
    }
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      options.addConfigEntry("deltaport.compute", "exact");
      options.registerCustomOpLibrary(library.toString());
      run(environment, options);
    } catch (OrtException e) {
      throw new RunException(
          RunException.Reason.BACKEND, "the kernels do not work: " + GraphSession.oneLine(e), e);
    }
    passed = true;
  }

  private static void run(OrtEnvironment environment, OrtSession.SessionOptions options)
      throws OrtException {
    float[] x = {1, -2, 3};
    try (OrtSession session = environment.createSession(KernelLibrary.selfTestModel(), options);
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), new long[] {3});
        OrtSession.Result result = session.run(Map.of("x", input))) {
      FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
      for (int i = 0; i < x.length; i++) {
        if (y.get(i) != 2 * x[i]) {
          throw new RunException(
              RunException.Reason.BACKEND,
              "the kernels do not work: expected %f, found %f".formatted(2 * x[i], y.get(i)));
        }
      }
    }
  }
}
