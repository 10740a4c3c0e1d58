// A weight matrix as it lies in a file or in memory. Nothing is aligned: read it with memcpy or unaligned vector loads.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/format.h"

namespace deltaport {

const char* FormatName(Format format);
inline bool IsPlain(Format f) { return f == Format::kF32 || f == Format::kF16 || f == Format::kBf16; }
// Whether a byte holds two codes, each the index of a value.
inline bool IsPacked(Format f) { return f == Format::kInt4 || f == Format::kFp4; }

// The values of fp4, by their codes.
inline constexpr float kE2m1[16] = {0,     0.5f,  1,     1.5f,  2,     3,     4,     6,
                                    -0.0f, -0.5f, -1.0f, -1.5f, -2.0f, -3.0f, -4.0f, -6.0f};

struct WeightView {
  Format format = Format::kNone;
  int64_t out = 0;                       // rows
  int64_t in = 0;                        // columns
  const uint8_t* data = nullptr;         // [out, in]; packed [out, ceil(in / 2)], even element in the low nibble
  Format scale_format = Format::kNone;   // kNone where the format has no scales
  const uint8_t* scales = nullptr;       // [ceil(out / block_out), ceil(in / block_in)]
  const uint8_t* zero_points = nullptr;  // u8, shape of the scales, or null (int4 only)
  int64_t block_out = 0;
  int64_t block_in = 0;
  const float* codebook = nullptr;  // [16], packed only; of fp4 kE2m1
  float factor = 1;                 // of all scales, fp4 only
  const void* prepared = nullptr;   // its panels in the form of the chosen kernel (matmul/resident.h), or null

  int64_t blocks_in() const { return block_in == 0 ? 0 : (in + block_in - 1) / block_in; }
  int64_t row_bytes() const;
  const uint8_t* row(int64_t r) const { return data + r * row_bytes(); }  // [in]
};

// Bytes of n elements of one row. Always inline: units of an instruction set must share no function.
inline __attribute__((always_inline)) int64_t RowBytes(Format format, int64_t n) {
  switch (format) {
    case Format::kF32:
      return 4 * n;
    case Format::kF16:
    case Format::kBf16:
      return 2 * n;
    case Format::kInt8:
    case Format::kFp8:
    case Format::kE8m0:
      return n;
    case Format::kInt4:
    case Format::kFp4:
      return (n + 1) / 2;
    case Format::kNone:
      break;
  }
  return 0;
}

inline int64_t WeightView::row_bytes() const { return RowBytes(format, in); }

inline float FloatFromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline uint32_t BitsFromFloat(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

template <class T>
T LoadUnaligned(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

inline float F32FromBf16(uint16_t bits) { return FloatFromBits(static_cast<uint32_t>(bits) << 16); }

// Rounds to nearest even, as vcvtneps2bf16 and torch do; a NaN stays a NaN.
inline uint16_t Bf16FromF32(float value) {
  uint32_t bits = BitsFromFloat(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<uint16_t>((bits >> 16) | 0x40u);
  return static_cast<uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float F32FromF16(uint16_t bits);
float F32FromFp8(uint8_t bits);   // e4m3fn: no infinity, 0x7f and 0xff are NaN
float F32FromE8m0(uint8_t bits);  // 2 ^ (bits - 127), 0xff is NaN

// Scale i of an fp4 weight, its factor in it. Not inline, since code for one instruction set calls it as well.
float Fp4Scale(const WeightView& weight, int64_t i);

// Widens element i of a plain array.
inline float LoadPlain(Format format, const uint8_t* from, int64_t i) {
  if (format == Format::kF32) return LoadUnaligned<float>(from + 4 * i);
  uint16_t bits = LoadUnaligned<uint16_t>(from + 2 * i);
  return format == Format::kBf16 ? F32FromBf16(bits) : F32FromF16(bits);
}

// Widens one row, scales and codebook applied.
void WidenRow(const WeightView& weight, int64_t row, float* to);  // to [in]

}  // namespace deltaport
