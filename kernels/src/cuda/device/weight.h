// Reads weights (docs/ops.md) on the device, 16 bytes of a row at once.
#pragma once

#include "cuda/args.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

template <Format F>
DEVICE constexpr bool IsPacked() {
  return F == Format::kInt4 || F == Format::kFp4;
}

// Elements in 16 bytes of a row.
template <Format F>
DEVICE constexpr int ChunkOf() {
  return F == Format::kF32 ? 4 : IsPacked<F>() ? 32 : F == Format::kInt8 || F == Format::kFp8 ? 16 : 8;
}

DEVICE float F32FromBf16(uint32_t bits) { return __uint_as_float(bits << 16); }

// Also right for subnormal numbers: the product is a multiplication by 2^112, exact.
DEVICE float F32FromF16(uint32_t bits) {
  uint32_t magnitude = (bits & 0x7fffu) << 13;
  float value = magnitude >= 0x0f800000u ? __uint_as_float(magnitude | 0x7f800000u)  // infinity and NaN
                                         : __uint_as_float(magnitude) * __uint_as_float(0x77800000u);
  return bits & 0x8000u ? -value : value;
}

DEVICE float F32FromFp8(uint32_t bits) {
  uint32_t magnitude = (bits & 0x7fu) << 20;
  float value = magnitude == 0x07f00000u ? __uint_as_float(0x7fc00000u)
                                         : __uint_as_float(magnitude) * __uint_as_float(0x7b800000u);
  return bits & 0x80u ? -value : value;
}

DEVICE float F32FromE8m0(uint32_t bits) {
  return __uint_as_float(bits == 0xffu ? 0x7fc00000u : bits == 0 ? 0x00400000u : bits << 23);
}

// Nearest even; a NaN stays a NaN.
DEVICE uint32_t Bf16FromF32(float value) {
  uint32_t bits = __float_as_uint(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (bits >> 16) | 0x40u;
  return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

DEVICE float LoadPlain(Format format, const uint8_t* from, int64_t i) {
  if (format == Format::kF32) return reinterpret_cast<const float*>(from)[i];
  uint32_t bits = reinterpret_cast<const uint16_t*>(from)[i];
  return format == Format::kBf16 ? F32FromBf16(bits) : F32FromF16(bits);
}

// Element i of a chunk before scale, zero point and, where it is packed, codebook (then it is the code itself).
template <Format F>
DEVICE float RawOf(const uint32_t* words, int i) {
  switch (F) {
    case Format::kF32:
      return __uint_as_float(words[i]);
    case Format::kBf16:
      return F32FromBf16((words[i / 2] >> (i % 2 * 16)) & 0xffffu);
    case Format::kF16:
      return F32FromF16((words[i / 2] >> (i % 2 * 16)) & 0xffffu);
    case Format::kInt8:
      // 2^23 + 128 + x, less 2^23 + 128: a conversion is four times slower than these.
      return __uint_as_float(0x4b000000u | (((words[i / 4] >> (i % 4 * 8)) & 0xffu) ^ 0x80u)) - 8388736.0f;
    case Format::kFp8:
      return F32FromFp8((words[i / 4] >> (i % 4 * 8)) & 0xffu);
    default:
      return 0.0f;
  }
}

DEVICE int CodeOf(const uint32_t* words, int i) { return static_cast<int>((words[i / 8] >> (i % 8 * 4)) & 15u); }

// A row of a weight.
template <Format F>
struct RowReader {
  const WeightForm& form;
  const WeightParts& parts;
  const float* codebook;  // [16] in shared memory, int4 and fp4
  const uint8_t* row;
  int64_t first_scale;  // of the row

  DEVICE RowReader(const WeightForm& f, const WeightParts& p, const float* c, int r)
      : form(f), parts(p), codebook(c), row(p.data + static_cast<int64_t>(r) * f.row_bytes) {
    first_scale = F == Format::kF32 || F == Format::kF16 || F == Format::kBf16
                      ? 0
                      : static_cast<int64_t>(r / f.block_out) * f.blocks_in;
  }

  DEVICE void Load(int column, uint32_t* words) const {
    uint4 loaded = *reinterpret_cast<const uint4*>(row + static_cast<int64_t>(column) / ChunkOf<F>() * 16);
    words[0] = loaded.x;
    words[1] = loaded.y;
    words[2] = loaded.z;
    words[3] = loaded.w;
  }

  DEVICE float Scale(int column) const {
    int64_t at = first_scale + column / form.block_in;
    if constexpr (F == Format::kFp4) {
      uint32_t bits = parts.scales[at];
      return (form.scale_format == Format::kFp8 ? F32FromFp8(bits) : F32FromE8m0(bits)) * parts.factor;
    } else {
      return LoadPlain(form.scale_format, parts.scales, at);
    }
  }

  DEVICE float Zero(int column) const {
    return parts.zero_points == nullptr ? 0.0f : codebook[parts.zero_points[first_scale + column / form.block_in] & 15];
  }

  // The values of a chunk that begins at `column`, a multiple of its size below `in`.
  DEVICE void Widen(int column, const uint32_t* words, float* values) const {
    constexpr int kChunk = ChunkOf<F>();
    constexpr int kLeast = F == Format::kFp4 ? 16 : 1;  // a block is at least so long
    constexpr bool kPlain = F == Format::kF32 || F == Format::kF16 || F == Format::kBf16;
    bool one_block = !kPlain && form.block_in % kChunk == 0;
    float scale = one_block ? Scale(column) : 1.0f;
    float zero = one_block && F == Format::kInt4 ? Zero(column) : 0.0f;
    UNROLL
    for (int i = 0; i < kChunk; i++) {
      if (!kPlain && !one_block && i % kLeast == 0 && column + i < form.in) {
        scale = Scale(column + i);
        if (F == Format::kInt4) zero = Zero(column + i);
      }
      float raw = IsPacked<F>() ? codebook[CodeOf(words, i)] : RawOf<F>(words, i);
      values[i] = kPlain ? raw : scale * (raw - zero);
    }
  }
};

}  // namespace deltaport::cuda
