package io.deltaport.directory.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.directory.state.StateLayer.FullAttention;
import io.deltaport.directory.state.StateLayer.LinearAttention;
import io.deltaport.loader.CheckpointException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What pools of the kernels hold is compared with these formulas in their NativePoolTest. */
class StateTest {
  private static final State STATE =
      new State(List.of(new LinearAttention(0, 4, 22, 3, 2, 5), new FullAttention(1, 2, 3)));

  @Test
  void aSlotHoldsConvolutionAndRecurrentState() {
    assertEquals(4 * (3 * 22 + 3 * 2 * 5), STATE.slotBytes());
  }

  @Test
  void aBlockHoldsKeysAndValues() {
    assertEquals(2 * 2 * 3 * 4 * 7, STATE.blockBytes(KvType.F32, 7));
    assertEquals(2 * 2 * 3 * 2 * 7, STATE.blockBytes(KvType.BF16, 7));
    assertEquals(2 * 2 * (3 + 4) * 7, STATE.blockBytes(KvType.INT8, 7));
  }

  @Test
  void sizesMustBePositiveAndFit() {
    refused("state: layer 0: expected positive sizes, found 0", () -> layer(0, 0, 1));
    refused("state: layer 2: expected positive sizes, found -1", () -> new FullAttention(2, -1, 1));
    refused(
        "state: layer -1: expected a number from 0, found -1", () -> new FullAttention(-1, 1, 1));
    refused(
        "state: layer 0: expected at most 2^40 values, found more",
        () -> layer(1, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  private static void layer(int kernel, int vHeads, int kDim) {
    new LinearAttention(0, kernel, 1, vHeads, kDim, 1);
  }

  private static void refused(String message, Runnable make) {
    assertEquals(message, assertThrows(CheckpointException.class, make::run).getMessage());
  }
}
