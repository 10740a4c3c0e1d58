package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import io.deltaport.directory.state.KvType;
import io.deltaport.directory.state.State;
import io.deltaport.directory.state.StateLayer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpsTest {
  private static final int F32 = TensorProto.DataType.FLOAT_VALUE;
  private static final int I32 = TensorProto.DataType.INT32_VALUE;
  private static final int I64 = TensorProto.DataType.INT64_VALUE;

  private static OneNode linear() {
    return new OneNode("Linear", "projection")
        .attribute("format", F32)
        .attribute("exact", 0)
        .input("x", F32, 2)
        .constant("weight", new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
        .attribute("block", new long[] {0, 0})
        .output("y", F32, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"reference", "avx2", "avx512", "avx512_bf16", "avx512_vnni", "neon", "auto"})
  @DisplayName("pitfall 28: every level runs, one that the CPU lacks falls back")
  void everyLevelRuns(String level) throws OrtException {
    try (OrtRun run =
        new OrtRun()
            .option("deltaport.kernels", level)
            .option("deltaport.compute", "exact")
            .floats("x", new float[] {1, 0, -1, 2, 2, 2}, 2, 3)) {
      assertArrayEquals(new float[] {-2, -2, 12, 30}, run.run(linear().bytes()));
    }
  }

  @Test
  void anUnknownLevelIsRefusedWhenTheSessionOpens() throws OrtException {
    try (OrtRun run = new OrtRun().option("deltaport.kernels", "sse9")) {
      OrtException e = assertThrows(OrtException.class, () -> run.run(linear().bytes()));
      assertTrue(
          String.valueOf(e.getMessage())
              .contains(
                  "Linear 'projection': kernels: expected auto, reference, avx2, avx512,"
                      + " avx512_bf16, avx512_vnni or neon, found 'sse9'"),
          e.getMessage());
    }
  }

  @Test
  void anErrorOfAnOpNamesTheNodeAndTheShapes() throws OrtException {
    try (OrtRun run = new OrtRun().floats("x", new float[8], 2, 4)) {
      OrtException e = assertThrows(OrtException.class, () -> run.run(linear().bytes()));
      assertTrue(
          String.valueOf(e.getMessage())
              .contains("Linear 'projection': x: expected float32 [*, 3], found float32 [2, 4]"),
          e.getMessage());
    }
  }

  @Test
  @DisplayName("a pool made in Java is the state that an op writes, in whole tokens")
  void attentionWritesThePool() throws OrtException {
    OneNode attention =
        new OneNode("GatedAttention", "attention")
            .input("q_gate", F32, 2)
            .input("k", F32, 2)
            .input("v", F32, 2)
            .constant("q_norm", new float[2], 2)
            .constant("k_norm", new float[2], 2)
            .input("cos_sin", F32, 2)
            .input("cu_seq_lens", I32, 1)
            .input("past_lens", I32, 1)
            .input("block_table", I32, 2)
            .input("state", I64, 1)
            .attribute("layer", 3)
            .attribute("epsilon", 1e-6f)
            .output("y", F32, 2);
    State state = new State(List.of(new StateLayer.FullAttention(3, 1, 2)));
    try (NativePool pool = NativePool.create(state, 0, 3, 4, KvType.F32);
        OrtRun run = new OrtRun()) {
      float[] v = {5, 7};
      run.floats("q_gate", new float[] {1, 1, 0, 0}, 1, 4)
          .floats("k", new float[] {1, 1}, 1, 2)
          .floats("v", v, 1, 2)
          .floats("cos_sin", new float[0], 1, 0)
          .ints("cu_seq_lens", 0, 1)
          .ints("past_lens", 0)
          .table("block_table", 1, 2)
          .longs("state", pool.handle());
      assertArrayEquals(new float[] {2.5f, 3.5f}, run.run(attention.bytes()), 1e-6f);

      ByteBuffer block = ByteBuffer.allocateDirect(4 * 4 * 2).order(ByteOrder.nativeOrder());
      pool.read(3, StatePart.VALUE, 2, block);
      assertEquals(5, block.getFloat(0));
      assertEquals(7, block.getFloat(4));
    }
  }
}
