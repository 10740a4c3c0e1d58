package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.RopeParameters;
import io.deltaport.loader.config.RopeParameters.Default;
import io.deltaport.loader.config.RopeParameters.Dynamic;
import io.deltaport.loader.config.RopeParameters.Linear;
import io.deltaport.loader.config.RopeParameters.Llama3;
import io.deltaport.loader.config.RopeParameters.LongRope;
import io.deltaport.loader.config.RopeParameters.Proportional;
import io.deltaport.loader.config.RopeParameters.Yarn;
import java.util.ArrayList;
import java.util.List;

/**
 * By which angles the positions of a run rotate queries and keys. The frequencies are the {@code
 * inv_freq} of a RoPE type as {@code ROPE_INIT_FUNCTIONS} of transformers' {@code
 * modeling_rope_utils.py} computes them, every step in float32, in its order: rows of {@code rotary
 * / 2} numbers, one row; for longrope the short one, then the long one.
 */
final class Rotary implements RopeParameters.Cases<List<List<Float>>> {
  private final long headDim;
  private final long dim;
  private final float theta;

  /**
   * Frequencies over the rotary dims of a head.
   *
   * @param dim rotary dims before rounding up to even
   */
  Rotary(long headDim, long dim, double theta) {
    this.headDim = headDim;
    this.dim = dim;
    this.theta = (float) theta;
  }

  /** {@code Qwen3NextRotaryEmbedding}: {@code [tokens, rotary]}, cosines then sines. */
  static Value of(LayerParts parts) {
    Attention attention = parts.config().attention();
    RopeParameters rope = attention.rope();
    long dim = attention.rotaryDim();
    List<List<Float>> frequencies =
        rope.map(new Rotary(attention.headDim(), dim, rope.ropeTheta()));
    Initializer.Inline table =
        Initializer.Inline.ofFloats(
            "rotary_emb.inv_freq",
            List.of((long) frequencies.size(), (long) frequencies.get(0).size()),
            frequencies.stream().flatMap(List::stream).toList());
    return parts
        .graph()
        .add(
            Node.of(Op.ROTARY_TABLE, "rotary_emb")
                .input("positions", parts.input(Port.POSITIONS))
                .input("past_lens", parts.input(Port.PAST_LENS))
                .input("cu_seq_lens", parts.input(Port.CU_SEQ_LENS))
                .input("inv_freq", parts.graph().initializer(table))
                .attribute("type", rope.ropeType())
                .attribute("theta", (float) rope.ropeTheta())
                .attribute("dim", dim)
                .attribute("attention_factor", (float) rope.attentionFactor())
                .attribute("original_max", rope.lengthLimit())
                .attribute("factor", (float) rope.growth()));
  }

  @Override
  public List<List<Float>> byDefault(Default rope) {
    return List.of(each(this::frequency));
  }

  @Override
  public List<List<Float>> dynamic(Dynamic rope) {
    return List.of(each(this::frequency));
  }

  @Override
  public List<List<Float>> linear(Linear rope) {
    return List.of(each(i -> frequency(i) / (float) rope.factor()));
  }

  @Override
  public List<List<Float>> llama3(Llama3 rope) {
    return List.of(each(i -> llama3(rope, frequency(i))));
  }

  @Override
  public List<List<Float>> longRope(LongRope rope) {
    return List.of(scaled(rope.shortFactor()), scaled(rope.longFactor()));
  }

  private interface Frequency {
    float of(int i);
  }

  private List<Float> each(Frequency frequency) {
    List<Float> frequencies = new ArrayList<>();
    for (int i = 0; 2L * i < dim; i++) {
      frequencies.add(frequency.of(i));
    }
    return frequencies;
  }

  private float wavelength(int i) {
    return power(2f * i / dim);
  }

  private float power(float exponent) {
    return (float) Math.pow(theta, exponent);
  }

  private float frequency(int i) {
    return 1f / wavelength(i);
  }

  private List<Float> scaled(List<Double> factors) {
    return each(i -> 1f / (factors.get(i).floatValue() * wavelength(i)));
  }

  @Override
  public List<List<Float>> proportional(Proportional rope) {
    long angles = (long) Math.floor(rope.partialRotaryFactor() * (double) headDim / 2);
    List<Float> frequencies = new ArrayList<>();
    for (int i = 0; i < headDim / 2; i++) {
      float rotated = i < angles ? 1f / power(2f * i / headDim) : 0f;
      frequencies.add(rotated / (float) rope.factor());
    }
    return List.of(frequencies);
  }

  @Override
  public List<List<Float>> yarn(Yarn rope) {
    double low = correction(rope.betaFast(), rope);
    double high = correction(rope.betaSlow(), rope);
    if (rope.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    float from = (float) Math.max(low, 0);
    double until = Math.min(high, (double) (dim - 1));
    float range = (float) ((until == Math.max(low, 0) ? until + 0.001 : until) - Math.max(low, 0));
    return List.of(
        each(
            i -> {
              float ramp = Math.min(Math.max((i - from) / range, 0f), 1f);
              float extrapolation = 1f - ramp;
              float interpolated = 1f / ((float) rope.factor() * wavelength(i));
              return interpolated * (1f - extrapolation) + frequency(i) * extrapolation;
            }));
  }

  /** The dim that makes so many rotations within the original positions. */
  private double correction(double rotations, Yarn rope) {
    return (double) dim
        * Math.log((double) rope.originalMaxPositionEmbeddings() / (rotations * 2 * Math.PI))
        / (2 * Math.log(rope.ropeTheta()));
  }

  private static float llama3(Llama3 rope, float frequency) {
    float original = rope.originalMaxPositionEmbeddings();
    float lowWavelength = (float) (rope.originalMaxPositionEmbeddings() / rope.lowFreqFactor());
    float highWavelength = (float) (rope.originalMaxPositionEmbeddings() / rope.highFreqFactor());
    float wavelength = (float) (2 * Math.PI) / frequency;
    float factor = (float) rope.factor();
    if (wavelength > lowWavelength) {
      return frequency / factor;
    }
    if (wavelength < highWavelength) {
      return frequency;
    }
    float smooth =
        (original / wavelength - (float) rope.lowFreqFactor())
            / (float) (rope.highFreqFactor() - rope.lowFreqFactor());
    return (1f - smooth) * frequency / factor + smooth * frequency;
  }
}
