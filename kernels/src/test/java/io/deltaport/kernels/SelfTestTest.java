package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;

class SelfTestTest {
  static OneNode selfTest(String text) {
    return new OneNode("SelfTest", "self_test")
        .input("x", TensorProto.DataType.FLOAT_VALUE, 1)
        .constant("constant", new long[] {0, 1, 2, 3, 4, 5}, 2, 3)
        .absent()
        .output("y", TensorProto.DataType.FLOAT_VALUE, 1)
        .attribute("real", 0.5f)
        .attribute("whole", -3)
        .attribute("text", text)
        .attribute("reals", new float[] {1.5f, -2.5f})
        .attribute("wholes", new long[] {7, -8, 9});
  }

  @Test
  void theModelInTheJarIsTheOneThatIsWrittenHere() {
    assertArrayEquals(selfTest("deltaport").bytes(), KernelLibrary.selfTestModel());
  }

  @Test
  void onnxRuntimeHasTheAbiThatTheKernelsExpect() throws OrtException {
    float[] x = {1, -2, 3.5f};
    try (OrtRun run = new OrtRun().option("deltaport.compute", "exact").floats("x", x, 3)) {
      assertArrayEquals(new float[] {2, -4, 7}, run.run(KernelLibrary.selfTestModel()));
    }
  }

  @Test
  void aDifferenceIsNamed() throws OrtException {
    try (OrtRun run =
        new OrtRun().option("deltaport.compute", "exact").floats("x", new float[3], 3)) {
      OrtException e = assertThrows(OrtException.class, () -> run.run(selfTest("other").bytes()));
      assertTrue(
          String.valueOf(e.getMessage())
              .contains("another C ABI than Deltaport: wrong string attribute"),
          e.getMessage());
    }
  }
}
