// Weights as bfloat16 numbers for the tensor cores, eight of a row at once and before their scale: what one number
// cannot hold of a float16 or of a codebook is in a second one, `rest`, so that hi + rest is the weight.
#pragma once

#include "cuda/device/ptx.h"
#include "cuda/device/weight.h"

namespace deltaport::cuda {

constexpr int kEight = 8;  // columns of a step in a lane, side by side

template <Format F>
DEVICE constexpr bool HasRest() {
  return F == Format::kF16 || F == Format::kInt4;
}

template <Format F>
DEVICE constexpr bool HasScale() {
  return F == Format::kFp8 || F == Format::kInt8 || F == Format::kInt4;
}

template <Format F>
DEVICE constexpr int EightBytes() {
  return F == Format::kInt4 ? 4 : F == Format::kFp8 || F == Format::kInt8 ? 8 : 16;
}

// Eight weights as they lie.
template <Format F>
struct RawEight {
  uint32_t words[EightBytes<F>() / 4];

  DEVICE void Load(const uint8_t* row, int column, bool there) {
    const uint32_t* from = reinterpret_cast<const uint32_t*>(row + column / kEight * EightBytes<F>());
    if constexpr (EightBytes<F>() == 16) {
      uint4 four = there ? *reinterpret_cast<const uint4*>(from) : uint4{0, 0, 0, 0};
      words[0] = four.x;
      words[1] = four.y;
      words[2] = four.z;
      words[3] = four.w;
    } else if constexpr (EightBytes<F>() == 8) {
      uint2 two = there ? *reinterpret_cast<const uint2*>(from) : uint2{0, 0};
      words[0] = two.x;
      words[1] = two.y;
    } else {
      words[0] = there ? *from : 0;
    }
  }
};

// Two elements a word, the earlier in the low half.
struct Bf16Eight {
  uint32_t hi[4];
  uint32_t rest[4];
};

DEVICE uint32_t PackHigh(float low, float high) {  // exact: both are bfloat16 numbers
  return __float_as_uint(low) >> 16 | (__float_as_uint(high) & 0xffff0000u);
}

// A number and what it leaves over: the low and the high half of a word.
DEVICE uint32_t SplitBf16(float value) {
  uint32_t hi = Bf16FromF32(value);
  return hi | Bf16FromF32(value - F32FromBf16(hi)) << 16;
}

// Two FP8 numbers, which are not NaN, in the high halves of the halves of a word: their exponents lie where bfloat16
// has its own, and are 120 too small.
DEVICE uint32_t Bf16PairFromFp8(uint32_t word) {
  return MultiplyBf16Pairs((word & 0x80008000u) | (word >> 4 & 0x07f007f0u), 0x7b807b80u);  // 2^120
}

DEVICE bool AnyNanFp8(uint32_t word) { return (((word & 0x7f7f7f7fu) + 0x01010101u) & 0x80808080u) != 0; }

// codes [16]: SplitBf16 of the codebook, in shared memory.
template <Format F>
DEVICE void ToBf16(const RawEight<F>& raw, const uint32_t* codes, Bf16Eight& to) {
  if constexpr (F == Format::kFp8) {
    if (!AnyNanFp8(raw.words[0]) && !AnyNanFp8(raw.words[1])) {
      UNROLL
      for (int i = 0; i < 4; i++) {
        uint32_t two = raw.words[i / 2] >> (i % 2 * 16);
        to.hi[i] = Bf16PairFromFp8((two & 0xffu) << 8 | (two & 0xff00u) << 16);
      }
      return;
    }
  }
  UNROLL
  for (int i = 0; i < 4; i++) {
    if constexpr (F == Format::kBf16) {
      to.hi[i] = raw.words[i];
    } else if constexpr (HasRest<F>()) {
      uint32_t low = 0;
      uint32_t high = 0;
      if constexpr (F == Format::kInt4) {
        low = codes[CodeOf(raw.words, 2 * i)];
        high = codes[CodeOf(raw.words, 2 * i + 1)];
      } else {
        low = SplitBf16(RawOf<F>(raw.words, 2 * i));
        high = SplitBf16(RawOf<F>(raw.words, 2 * i + 1));
      }
      to.hi[i] = (low & 0xffffu) | high << 16;
      to.rest[i] = low >> 16 | (high & 0xffff0000u);
    } else {
      to.hi[i] = PackHigh(RawOf<F>(raw.words, 2 * i), RawOf<F>(raw.words, 2 * i + 1));
    }
  }
}

}  // namespace deltaport::cuda
