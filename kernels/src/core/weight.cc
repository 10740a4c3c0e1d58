#include "core/weight.h"

#include <array>
#include <cmath>

namespace deltaport {

const char* FormatName(Format format) {
  switch (format) {
    case Format::kNone:
      return "none";
    case Format::kF32:
      return "float32";
    case Format::kInt8:
      return "int8";
    case Format::kF16:
      return "float16";
    case Format::kBf16:
      return "bfloat16";
    case Format::kFp8:
      return "float8e4m3fn";
    case Format::kInt4:
      return "int4";
    case Format::kFp4:
      return "fp4";
    case Format::kE8m0:
      return "float8e8m0";
  }
  return "unknown";
}

float F32FromF16(uint16_t bits) {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  uint32_t exponent = (bits >> 10) & 0x1fu;
  uint32_t mantissa = bits & 0x3ffu;
  if (exponent == 0) {
    float value = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  if (exponent == 31) return FloatFromBits(sign | 0x7f800000u | (mantissa << 13));
  return FloatFromBits(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

namespace {

float DecodeFp8(uint8_t bits) {
  int exponent = (bits >> 3) & 15;
  int mantissa = bits & 7;
  if (exponent == 15 && mantissa == 7) return std::nanf("");
  float value = exponent == 0 ? std::ldexp(static_cast<float>(mantissa), -9)
                              : std::ldexp(static_cast<float>(8 + mantissa), exponent - 10);
  return (bits & 0x80) != 0 ? -value : value;
}

std::array<float, 256> Fp8Table() {
  std::array<float, 256> table;
  for (int i = 0; i < 256; i++) table[static_cast<size_t>(i)] = DecodeFp8(static_cast<uint8_t>(i));
  return table;
}

void WidenPlainRow(Format format, const uint8_t* from, int64_t n, float* to) {
  switch (format) {
    case Format::kF32:
      std::memcpy(to, from, static_cast<size_t>(n) * 4);
      return;
    case Format::kBf16:
      for (int64_t i = 0; i < n; i++) to[i] = F32FromBf16(LoadUnaligned<uint16_t>(from + 2 * i));
      return;
    default:
      for (int64_t i = 0; i < n; i++) to[i] = F32FromF16(LoadUnaligned<uint16_t>(from + 2 * i));
  }
}

// The value of element i before its scale.
float Unscaled(const WeightView& weight, const uint8_t* row, int64_t i) {
  switch (weight.format) {
    case Format::kInt8:
      return static_cast<float>(static_cast<int8_t>(row[i]));
    case Format::kFp8:
      return F32FromFp8(row[i]);
    default:
      return weight.codebook[(row[i / 2] >> (i % 2 * 4)) & 15];
  }
}

}  // namespace

float F32FromFp8(uint8_t bits) {
  static const std::array<float, 256> table = Fp8Table();
  return table[bits];
}

float F32FromE8m0(uint8_t bits) {
  if (bits == 0xff) return std::nanf("");
  return bits == 0 ? 0x1p-127f : FloatFromBits(static_cast<uint32_t>(bits) << 23);
}

float Fp4Scale(const WeightView& weight, int64_t i) {
  uint8_t bits = weight.scales[i];
  return (weight.scale_format == Format::kFp8 ? F32FromFp8(bits) : F32FromE8m0(bits)) * weight.factor;
}

void WidenRow(const WeightView& weight, int64_t row, float* to) {
  const uint8_t* from = weight.row(row);
  if (IsPlain(weight.format)) return WidenPlainRow(weight.format, from, weight.in, to);
  int64_t first = row / weight.block_out * weight.blocks_in();
  for (int64_t block = 0; block < weight.blocks_in(); block++) {
    float scale = weight.format == Format::kFp4 ? Fp4Scale(weight, first + block)
                                                : LoadPlain(weight.scale_format, weight.scales, first + block);
    float zero = weight.zero_points == nullptr ? 0.0f : weight.codebook[weight.zero_points[first + block] & 15];
    int64_t end = (block + 1) * weight.block_in < weight.in ? (block + 1) * weight.block_in : weight.in;
    for (int64_t i = block * weight.block_in; i < end; i++) to[i] = scale * (Unscaled(weight, from, i) - zero);
  }
}

}  // namespace deltaport
