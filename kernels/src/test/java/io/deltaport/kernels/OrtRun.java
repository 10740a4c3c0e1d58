package io.deltaport.kernels;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs a graph through ONNX Runtime with this module's ops. */
final class OrtRun implements AutoCloseable {
  private final Path library;
  private final OrtEnvironment environment;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, String> options = new HashMap<>();

  OrtRun() {
    library = KernelLibrary.path(); // before ONNX Runtime is touched
    environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "test");
  }

  OrtRun option(String key, String value) {
    options.put(key, value);
    return this;
  }

  OrtRun floats(String name, float[] values, long... shape) throws OrtException {
    return put(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
  }

  OrtRun ints(String name, int... values) throws OrtException {
    long[] shape = {values.length};
    return put(name, OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
  }

  OrtRun longs(String name, long... values) throws OrtException {
    long[] shape = {values.length};
    return put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
  }

  OrtRun table(String name, int rows, int... values) throws OrtException {
    long[] shape = {rows, values.length / rows};
    return put(name, OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape));
  }

  private OrtRun put(String name, OnnxTensor tensor) {
    inputs.put(name, tensor);
    return this;
  }

  /** The first output. */
  float[] run(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions session = new OrtSession.SessionOptions()) {
      session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      session.setIntraOpNumThreads(2);
      for (Map.Entry<String, String> option : options.entrySet()) {
        session.addConfigEntry(option.getKey(), option.getValue());
      }
      session.registerCustomOpLibrary(library.toString());
      try (OrtSession opened = environment.createSession(model, session);
          OrtSession.Result result = opened.run(inputs)) {
        FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
      }
    }
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
  }
}
