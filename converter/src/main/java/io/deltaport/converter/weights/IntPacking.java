package io.deltaport.converter.weights;

/**
 * How integers lie in int32 words. Zero points are always packed along the output.
 *
 * @param bits of a code: 4 or 8
 * @param axis along which the codes of a word follow each other
 * @param storage which axis of the stored tensors is the outer one
 * @param places the place in a word, lowest bits first, of each code of a run: one hexadecimal
 *     digit each, the first code's lowest
 * @param zeroPointOffset what is added to a stored zero point
 */
public record IntPacking(int bits, Axis axis, Storage storage, long places, int zeroPointOffset) {
  private static final long NATURAL = 0x76543210L;
  private static final long AWQ = 0x73625140L;

  public IntPacking {
    if (bits != 4 && bits != 8) {
      throw new IllegalArgumentException("codes of " + bits + " bits");
    }
  }

  /** Along what the codes of one word follow each other. */
  public enum Axis {
    IN,
    OUT
  }

  /** Which axis of the stored tensors is the outer one. */
  public enum Storage {
    /** {@code [out, in]}: compressed-tensors. */
    OUT_IN,
    /** {@code [in, out]}: AWQ and GPTQ. */
    IN_OUT
  }

  /** {@code pack-quantized} of compressed-tensors. */
  public static IntPacking compressedTensors(int bits) {
    return new IntPacking(bits, Axis.IN, Storage.OUT_IN, NATURAL, 0);
  }

  /** AutoGPTQ; its first format stores zero points less one. */
  public static IntPacking gptq(int bits, int zeroPointOffset) {
    return new IntPacking(bits, Axis.IN, Storage.IN_OUT, NATURAL, zeroPointOffset);
  }

  /** AutoAWQ's {@code gemm}. */
  public static IntPacking awq() {
    return new IntPacking(4, Axis.OUT, Storage.IN_OUT, AWQ, 0);
  }

  /** Codes in a word. */
  public int perWord() {
    return 32 / bits;
  }

  /** The zero point where none is stored. */
  public int middle() {
    return 1 << (bits - 1);
  }

  /** The code of an index along the packed axis, given the word that holds it. */
  public int code(int word, long index) {
    int within = (int) (index % perWord());
    int place = (int) (places >>> (4 * within)) & 15;
    return (word >>> (place * bits)) & ((1 << bits) - 1);
  }
}
