package io.deltaport.runtime.options;

import java.util.Locale;

/** The set of kernels to use. */
public enum KernelLevel {
  /** What {@code DELTAPORT_KERNELS} says, else the best that the processor has. */
  AUTO,
  REFERENCE,
  AVX2,
  AVX512,
  AVX512_BF16,
  AVX512_VNNI,
  NEON;

  /** The name that the kernel library knows it by. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
