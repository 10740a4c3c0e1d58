package io.deltaport.cli;

import io.deltaport.converter.ModelSize;
import io.deltaport.converter.TokenBytes;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelInfo;
import io.deltaport.kernels.MachineLimits;
import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.options.Compute;
import io.deltaport.runtime.options.ModelOptions;

/**
 * What a token must cost at least.
 *
 * @param weightBytes bytes of the weights that a decoded token reads
 * @param expertBytes those of them that are of routed experts
 * @param expertShare the share of a layer's experts that a token reads
 * @param stateBytes bytes of linear-layer state read and written
 * @param kvBytesPerToken bytes of keys and values of each token before it
 * @param prefillFlops operations of a token of a prompt, two a parameter, without output head and
 *     attention scores
 * @param arithmetic which loop's peak its products are held against
 */
record BenchWork(
    double weightBytes,
    double expertBytes,
    double expertShare,
    double stateBytes,
    double kvBytesPerToken,
    double prefillFlops,
    Arithmetic arithmetic) {
  /** Arithmetic of a matrix product. */
  enum Arithmetic {
    F32,
    BF16,
    INT8;

    /** What the machine can do of it; of float32 where it has no instruction for this one. */
    double peak(MachineLimits limits) {
      double own =
          switch (this) {
            case F32 -> limits.f32Flops();
            case BF16 -> limits.bf16Flops();
            case INT8 -> limits.int8Ops();
          };
      return own > 0 ? own : limits.f32Flops();
    }

    /** Of a fast mode the smallest that its weights, of so many bits in the mean, allow. */
    static Arithmetic of(Compute compute, double bitsPerWeight) {
      return switch (compute) {
        case EXACT -> F32;
        case FAST -> bitsPerWeight < 12 ? INT8 : BF16;
      };
    }
  }

  static BenchWork of(ModelSize size, TokenBytes token, Manifest manifest, ModelOptions options) {
    ModelInfo info = manifest.model();
    double active = size.parameters().active();
    double head =
        info.head() == HeadType.CAUSAL_LM ? (double) info.vocabSize() * info.hiddenSize() : 0;
    return new BenchWork(
        token.all(),
        token.activeExperts(),
        token.experts() == 0 ? 1 : (double) token.activeExperts() / token.experts(),
        2.0 * size.stateBytesPerSequence(),
        manifest.state().blockBytes(options.kv().type(options.compute()), 1),
        2 * (active - head),
        Arithmetic.of(options.compute(), size.bitsPerWeight()));
  }

  /** Bytes that a step after so many tokens reads and writes. */
  double bytes(int tokens) {
    return weightBytes + stateBytes + tokens * kvBytesPerToken;
  }

  /**
   * Bytes that a step of so many tokens of one sequence reads and writes, which keeps the state
   * after each: of experts as many as tokens read that choose them evenly and apart.
   */
  double bytes(int before, int tokens) {
    double experts = (1 - Math.pow(1 - expertShare, tokens)) / expertShare;
    return bytes(before) + (experts - 1) * expertBytes + (tokens - 1) * stateBytes / 2;
  }
}
