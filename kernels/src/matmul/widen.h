// How the words of a weight panel become numbers (compiled for one level). A panel holds 16 outputs: word k of its 16
// rows side by side, a word being 4 bytes of a row as it lies in the file (1 float, 2 halves, 4 bytes or 8 nibbles
// along `in`). A form says how many activation elements meet one word and how they are multiplied; every lane is one
// output, summed along `in` from first to last, so the order never depends on the batch, on the instruction set or on
// where the weight lies.
#pragma once

#include <cstdint>

namespace deltaport {

// Scale and zero of a block, one lane an output.
template <class V>
struct BlockScale {
  typename V::F scale;
  typename V::F zero;
  const float* codebook;
};

// Weights widened to float32, activations as they are.
template <class V, class Widen>
struct ExactForm {
  using Lanes = V;
  using F = typename V::F;
  static constexpr int kElements = Widen::kElements;  // activation elements a word
  static constexpr int kFloats = 1;                   // activations an element
  static constexpr bool kScaled = Widen::kScaled;

  template <int k>
  static F Weight(typename V::I words, const BlockScale<V>& block) {
    return Widen::template Value<V, k>(words, block);
  }
  static F Accumulate(F sum, F x, F weight) { return V::Fma(x, weight, sum); }
  static void Round(const float* from, int64_t n, float* to) { V::Store(to, V::Load(from, n)); }  // one vector
};

struct WidenF32 {
  static constexpr int kElements = 1;
  static constexpr bool kScaled = false;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>&) {
    return V::Cast(words);
  }
};

struct WidenBf16 {
  static constexpr int kElements = 2;
  static constexpr bool kScaled = false;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>&) {
    return k == 0 ? V::LowBf16(words) : V::HighBf16(words);
  }
};

struct WidenF16 {
  static constexpr int kElements = 2;
  static constexpr bool kScaled = false;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>&) {
    return k == 0 ? V::LowF16(words) : V::HighF16(words);
  }
};

struct WidenFp8 {
  static constexpr int kElements = 4;
  static constexpr bool kScaled = true;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>& block) {
    return V::Mul(V::template Fp8<k>(words), block.scale);
  }
};

struct WidenInt8 {
  static constexpr int kElements = 4;
  static constexpr bool kScaled = true;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>& block) {
    return V::Mul(V::template Int8<k>(words), block.scale);
  }
};

// int4 and fp4.
struct WidenPacked {
  static constexpr int kElements = 8;
  static constexpr bool kScaled = true;
  template <class V, int k>
  static typename V::F Value(typename V::I words, const BlockScale<V>& block) {
    return V::Mul(V::Sub(V::template Lookup<k>(words, block.codebook), block.zero), block.scale);
  }
};

// bfloat16 weights against activations rounded to bfloat16, float32 sums.
template <class V>
struct Bf16Form {
  using Lanes = V;
  using F = typename V::F;
  static constexpr int kElements = 1;
  static constexpr int kFloats = 2;
  static constexpr bool kScaled = false;

  template <int k>
  static F Weight(typename V::I words, const BlockScale<V>&) {
    return V::Cast(words);
  }
  static F Accumulate(F sum, F x, F weight) { return V::Dot2(sum, x, weight); }
  static void Round(const float* from, int64_t n, float* to) {  // one vector of 16 pairs
    V::StoreBf16(to, V::Load(from, n));
    V::StoreBf16(to + 8, n > 16 ? V::Load(from + 16, n - 16) : V::Zero());
  }
};

}  // namespace deltaport
