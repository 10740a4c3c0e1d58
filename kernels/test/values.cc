#include "values.h"

#include <algorithm>

namespace deltaport::test {
namespace {

void Append(std::vector<uint8_t>& to, const void* value, size_t size) {
  const uint8_t* bytes = static_cast<const uint8_t*>(value);
  to.insert(to.end(), bytes, bytes + size);
}

double DecodeHalf(uint16_t bits) {
  int exponent = (bits >> 10) & 31;
  double value = exponent == 0 ? std::ldexp(bits & 1023, -24) : std::ldexp(1024 + (bits & 1023), exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

double DecodeE4m3(uint8_t bits) {
  int exponent = (bits >> 3) & 15;
  double value = exponent == 0 ? std::ldexp(bits & 7, -9) : std::ldexp(8 + (bits & 7), exponent - 10);
  return (bits & 0x80) != 0 ? -value : value;
}

// Appends the scale of an fp4 block of about this size and returns what was stored.
double AppendByteScale(std::vector<uint8_t>& to, Format format, float value) {
  int exponent = 0;
  double mantissa = std::frexp(static_cast<double>(value), &exponent);  // in [0.5, 1)
  if (format == Format::kE8m0) {
    to.push_back(static_cast<uint8_t>(exponent + 127));
    return std::ldexp(1, exponent);
  }
  int biased = std::clamp(exponent + 6, 1, 14);
  to.push_back(static_cast<uint8_t>(biased << 3 | static_cast<int>((mantissa * 2 - 1) * 7.99)));
  return DecodeE4m3(to.back());
}

// Appends a value of about this size and returns what was stored.
double AppendPlain(std::vector<uint8_t>& to, Format format, float value) {
  if (format == Format::kF32) {
    Append(to, &value, 4);
    return static_cast<double>(value);
  }
  if (format == Format::kBf16) {
    uint32_t bits = BitsFromFloat(value);
    uint16_t high = static_cast<uint16_t>(bits >> 16);
    Append(to, &high, 2);
    return static_cast<double>(FloatFromBits(bits & 0xffff0000u));
  }
  int exponent = 0;
  float mantissa = std::frexp(std::fabs(value), &exponent);  // in [0.5, 1)
  int biased = std::clamp(exponent + 14, 0, 30);
  uint16_t fraction = static_cast<uint16_t>((mantissa * 2 - 1) * 1023);
  uint16_t bits = static_cast<uint16_t>((value < 0 ? 0x8000 : 0) | (biased << 10) | fraction);
  Append(to, &bits, 2);
  return DecodeHalf(bits);
}

void FillQuantized(Random& random, const WeightKind& kind, float scale, TestWeight& weight) {
  int64_t blocks_in = (weight.in + kind.block_in - 1) / kind.block_in;
  int64_t blocks_out = (weight.out + kind.block_out - 1) / kind.block_out;
  if (kind.format == Format::kInt4) weight.codebook = Random(16).Floats(16);  // an op has one
  for (float& value : weight.codebook) {
    if (kind.whole_codebook) value = std::nearbyint(std::clamp(value, -1.0f, 1.0f) * 127);
  }
  const double e2m1[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
  if (kind.format == Format::kFp4) {
    weight.factor = kind.scale_format == Format::kE8m0 ? 1 : scale * (0.01f + 0.01f * std::fabs(random.Normal()));
    scale = kind.scale_format == Format::kE8m0 ? scale / 4 : 16;
  }
  std::vector<double> scales;
  std::vector<double> zeros;
  float unit = kind.format == Format::kInt8 || kind.whole_codebook ? 1 / 128.0f
               : kind.format == Format::kFp8                       ? 1 / 64.0f
                                                                   : 1;
  for (int64_t i = 0; i < blocks_out * blocks_in; i++) {
    float about = scale * unit * (0.5f + std::fabs(random.Normal()));
    scales.push_back(kind.format == Format::kFp4
                         ? AppendByteScale(weight.scales, kind.scale_format, about) * static_cast<double>(weight.factor)
                         : AppendPlain(weight.scales, kind.scale_format, about));
    uint8_t zero = static_cast<uint8_t>(random.Below(16));
    if (kind.zero_points) weight.zero_points.push_back(zero);
    zeros.push_back(kind.zero_points ? static_cast<double>(weight.codebook[zero]) : 0);
  }
  for (int64_t o = 0; o < weight.out; o++) {
    for (int64_t i = 0; i < weight.in; i++) {
      size_t block = static_cast<size_t>(o / kind.block_out * blocks_in + i / kind.block_in);
      uint8_t bits = static_cast<uint8_t>(random.Below(256));
      if (kind.format == Format::kFp8 && (bits & 0x7f) == 0x7f) bits = 0x40;
      if (IsPacked(kind.format)) {
        bits &= 15;
        if (i % 2 == 0) {
          weight.data.push_back(bits);
        } else {
          weight.data.back() = static_cast<uint8_t>(weight.data.back() | bits << 4);
        }
        double value = kind.format == Format::kFp4 ? (bits < 8 ? e2m1[bits] : -e2m1[bits - 8])
                                                   : static_cast<double>(weight.codebook[bits]) - zeros[block];
        weight.values.push_back(scales[block] * value);
      } else {
        weight.data.push_back(bits);
        double value = kind.format == Format::kFp8 ? DecodeE4m3(bits) : bits < 128 ? bits : bits - 256;
        weight.values.push_back(value * scales[block]);
      }
    }
  }
}

}  // namespace

std::vector<float> Random::Floats(int64_t n, float scale, float mean) {
  std::vector<float> values(static_cast<size_t>(n));
  for (float& value : values) value = mean + scale * Normal();
  return values;
}

const std::vector<WeightKind>& WeightKinds() {
  static const std::vector<WeightKind> kinds = {
      {"float32", Format::kF32, Format::kNone, 0, 0, false},
      {"float16", Format::kF16, Format::kNone, 0, 0, false},
      {"bfloat16", Format::kBf16, Format::kNone, 0, 0, false},
      {"fp8, f32 scales", Format::kFp8, Format::kF32, 16, 24, false},
      {"fp8, bf16 scales", Format::kFp8, Format::kBf16, 128, 128, false},
      {"int8", Format::kInt8, Format::kF16, 1, 32, false},
      {"int4", Format::kInt4, Format::kF16, 1, 32, false},
      {"int4 with zero points", Format::kInt4, Format::kF16, 1, 64, true},
      {"nvfp4", Format::kFp4, Format::kFp8, 1, 16, false},
      {"mxfp4", Format::kFp4, Format::kE8m0, 1, 32, false},
  };
  return kinds;
}

const std::vector<WeightKind>& FastKinds() {
  static const std::vector<WeightKind> kinds = {
      {"bfloat16", Format::kBf16, Format::kNone, 0, 0, false},
      {"int8 by 32", Format::kInt8, Format::kF16, 1, 32, false},
      {"int8 by 64", Format::kInt8, Format::kF16, 1, 64, false},
      {"int8 by 128", Format::kInt8, Format::kF16, 1, 128, false},
      {"int8 by row", Format::kInt8, Format::kF16, 1, 5001, false},
      {"int4 by 32", Format::kInt4, Format::kF16, 1, 32, false, true},
      {"int4 by 64", Format::kInt4, Format::kF16, 1, 64, false, true},
      {"int4 by 128", Format::kInt4, Format::kF16, 1, 128, false, true},
  };
  return kinds;
}

WeightView TestWeight::view() const {
  WeightView view;
  view.format = format;
  view.out = out;
  view.in = in;
  view.data = data.data() + 1;
  view.scale_format = scale_format;
  view.scales = scale_format == Format::kNone ? nullptr : scales.data() + 1;
  view.zero_points = zero_points.size() > 1 ? zero_points.data() + 1 : nullptr;
  view.block_out = block_out;
  view.block_in = block_in;
  view.codebook = format == Format::kFp4 ? kE2m1 : codebook.empty() ? nullptr : codebook.data();
  view.factor = factor;
  return view;
}

TestWeight MakeWeight(Random& random, const WeightKind& kind, int64_t out, int64_t in, float scale) {
  TestWeight weight;
  weight.out = out;
  weight.in = in;
  weight.format = kind.format;
  weight.scale_format = kind.scale_format;
  weight.block_out = kind.block_out;
  weight.block_in = kind.block_in;
  weight.data.push_back(0xee);
  weight.scales.push_back(0xee);
  weight.zero_points.push_back(0xee);
  if (IsPlain(kind.format)) {
    for (int64_t i = 0; i < out * in; i++) {
      weight.values.push_back(AppendPlain(weight.data, kind.format, scale * random.Normal()));
    }
  } else {
    FillQuantized(random, kind, scale, weight);
  }
  return weight;
}

TestWeight MakeWeight(Random& random, Format plain, int64_t out, int64_t in, float scale) {
  return MakeWeight(random, WeightKind{"", plain, Format::kNone, 0, 0, false}, out, in, scale);
}

void CheckClose(const std::vector<float>& found, const std::vector<double>& expected, double bound) {
  CHECK_EQUAL(expected.size(), found.size());
  double largest = 1;
  for (double value : expected) largest = std::max(largest, std::fabs(value));
  for (size_t i = 0; i < found.size(); i++) {
    double off = std::fabs(static_cast<double>(found[i]) - expected[i]);
    if (!(off <= bound * largest)) {
      FailTest(__FILE__, __LINE__, "at ", i, " of ", found.size(), ": expected ", expected[i], ", found ", found[i]);
    }
  }
}

void CheckSame(const std::vector<float>& found, const std::vector<float>& expected) {
  CHECK_EQUAL(expected.size(), found.size());
  for (size_t i = 0; i < found.size(); i++) {
    if (BitsFromFloat(found[i]) == BitsFromFloat(expected[i])) continue;
    FailTest(__FILE__, __LINE__, "at ", i, " of ", found.size(), ": expected the bits of ", expected[i], ", found ",
             found[i]);
  }
}

double ToBf16(double x) {
  if (x == 0) return x;
  double ulp = std::ldexp(1, std::ilogb(x) - 7);
  return std::nearbyint(x / ulp) * ulp;
}

std::vector<double> Exactly(std::vector<double> row) { return row; }

std::vector<double> ToBf16(std::vector<double> row) {
  for (double& x : row) x = ToBf16(x);
  return row;
}

std::vector<double> ToInt8(std::vector<double> row) {
  for (size_t begin = 0; begin < row.size(); begin += 32) {
    size_t end = std::min(begin + 32, row.size());
    float largest = 0;
    for (size_t i = begin; i < end; i++) largest = std::max(largest, std::fabs(static_cast<float>(row[i])));
    double scale = static_cast<double>(largest / 127.0f);
    for (size_t i = begin; i < end; i++) {
      float whole = largest == 0 ? 0 : std::nearbyint(static_cast<float>(row[i]) * (127.0f / largest));
      row[i] = static_cast<double>(whole) * scale;
    }
  }
  return row;
}

Rounding FastRounding(Isa isa, Format format) {
  if (format == Format::kBf16 || isa == Isa::kReference) return ToBf16;
  return ToInt8;
}

double SigmoidOf(double x) { return 1 / (1 + std::exp(-x)); }

double SiluOf(double x) { return x * SigmoidOf(x); }

}  // namespace deltaport::test
