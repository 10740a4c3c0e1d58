package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MachineLimitsTest {
  @Test
  void measuresWhatTheProcessorHas() {
    MachineLimits limits = MachineLimits.measure(1);
    boolean vectors = KernelLibrary.kernels().startsWith("avx");
    assertTrue(
        !vectors || (limits.readBytes() > 1e8 && limits.f32Flops() > 1e8), limits.toString());
    assertTrue(limits.bf16Flops() >= 0 && limits.int8Ops() >= 0, limits.toString());
  }

  @Test
  void aWrongNumberOfThreadsIsAnError() {
    assertThrows(KernelException.class, () -> MachineLimits.measure(0));
    assertThrows(KernelException.class, () -> MachineLimits.measure(1025));
  }
}
