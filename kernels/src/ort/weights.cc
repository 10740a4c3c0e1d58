#include "ort/weights.h"

#include <algorithm>
#include <cmath>

#include "core/sizes.h"

namespace deltaport::ort {
namespace {

// The type of the tensor that holds a format.
int32_t TypeOf(Format format) { return IsPacked(format) ? kUint8 : static_cast<int32_t>(format); }

Format ScaleFormat(const std::optional<Tensor>& scales) {
  if (!scales) return Format::kNone;
  if (IsPlainType(scales->type) || scales->type == kFloat8E4M3Fn) return static_cast<Format>(scales->type);
  return scales->type == kUint8 ? Format::kE8m0 : Format::kInt4;  // int4 is refused as any other type
}

bool TakesScales(Format format, Format scales) {
  switch (format) {
    case Format::kFp8:
      return IsPlain(scales);
    case Format::kInt8:
    case Format::kInt4:
      return scales == Format::kF16;
    case Format::kFp4:
      return scales == Format::kFp8 || scales == Format::kE8m0;
    default:
      return false;
  }
}

// A factor from the attribute `name`.
float CheckFactor(const char* name, float factor) {
  Require(std::isfinite(factor) && factor > 0, name, ": expected a finite number above 0, found ", factor);
  return factor;
}

}  // namespace

Format ParseFormat(const char* name, int64_t code) {
  for (Format format :
       {Format::kF32, Format::kInt8, Format::kF16, Format::kBf16, Format::kFp8, Format::kInt4, Format::kFp4}) {
    if (static_cast<int64_t>(format) == code) return format;
  }
  Fail(name, ": ", code, " is no format");
}

Format ParseScaleFormat(const char* name, int64_t code) {
  if (code == 0) return Format::kNone;
  return code == static_cast<int64_t>(Format::kE8m0) ? Format::kE8m0 : ParseFormat(name, code);
}

WeightTensors ReadWeight(const KernelInfo& info, size_t first, const char* name) {
  return {info.RequireConstant(first, name), info.Constant(first + 1), info.Constant(first + 2)};
}

void CheckQuantization(const char* name, Format format, Format scale_format, int64_t block_out, int64_t block_in) {
  if (IsPlain(format)) {
    Require(scale_format == Format::kNone && block_out == 0 && block_in == 0, name, ": a ", FormatName(format),
            " weight has neither scales nor blocks");
    return;
  }
  Require(TakesScales(format, scale_format), name, ": wrong scales for ", FormatName(format));
  if (format == Format::kFp4) {
    int64_t expected = scale_format == Format::kFp8 ? 16 : 32;
    Require(block_out == 1 && block_in == expected, name, ": expected block [1, ", expected,
            "] for fp4 with scales of ", FormatName(scale_format), ", found [", block_out, ", ", block_in, "]");
    return;
  }
  auto in_range = [](int64_t block) { return block > 0 && block <= INT32_MAX; };
  Require(in_range(block_in) && (format == Format::kFp8 ? in_range(block_out) : block_out == 1), name,
          ": wrong block [", block_out, ", ", block_in, "] for ", FormatName(format));
}

WeightView View(const WeightTensors& tensors, const char* name, const Storage& storage, int64_t out, int64_t in) {
  const Tensor& weight = tensors.weight;
  WeightView view;
  view.format = storage.format;
  bool is_packed = IsPacked(view.format);
  view.codebook = ValuesOf(view.format, storage.codebook);
  Require(!is_packed || (in > 0 && view.codebook != nullptr), name, ": ", FormatName(view.format),
          " needs its width and its values");
  Expect(weight, name, TypeOf(view.format), {out, is_packed ? CeilDiv(in, 2) : in});
  view.out = weight.dims[0];
  view.in = is_packed ? in : weight.dims[1];
  view.factor = storage.factor;
  Require(view.out > 0 && view.in > 0, name, ": is empty");
  view.scale_format = ScaleFormat(tensors.scales);
  CheckQuantization(name, view.format, view.scale_format, storage.block_out, storage.block_in);
  view.data = weight.data;
  view.block_out = storage.block_out;
  view.block_in = storage.block_in;
  if (tensors.scales) {
    Expect(*tensors.scales, "scales", tensors.scales->type,
           {CeilDiv(view.out, view.block_out), CeilDiv(view.in, view.block_in)});
    view.scales = tensors.scales->data;
  }
  if (tensors.zero_points) {
    Require(view.format == Format::kInt4, name, ": a ", FormatName(view.format), " weight has no zero points");
    Expect(*tensors.zero_points, "zero_points", kUint8, tensors.scales->dims);
    view.zero_points = tensors.zero_points->data;
  }
  return view;
}

Matrix ReadMatrix(const KernelInfo& info, size_t first, const char* name) {
  Format format = ParseFormat("format", info.Int("format"));
  std::vector<int64_t> block = info.Ints("block", 2);
  Matrix matrix{ReadCodebook(info, format == Format::kInt4), {}};
  Storage storage{format, block[0], block[1], matrix.codebook.get()};
  if (format == Format::kFp4) storage.factor = CheckFactor("factor", info.Float("factor"));
  int64_t in = IsPacked(format) ? info.Int("in", 1, INT64_MAX) : kAny;
  matrix.view = View(ReadWeight(info, first, name), name, storage, kAny, in);
  return matrix;
}

const float* ValuesOf(Format format, const Codebook* codebook) {
  if (format == Format::kFp4) return kE2m1;
  return format == Format::kInt4 && codebook != nullptr ? codebook->data() : nullptr;
}

std::vector<float> ReadFactors(const KernelInfo& info, const std::vector<Format>& formats) {
  bool any = std::find(formats.begin(), formats.end(), Format::kFp4) != formats.end();
  if (!any) return std::vector<float>(formats.size(), 1.0f);
  std::vector<float> factors = info.Floats("factors", formats.size());
  for (size_t i = 0; i < formats.size(); i++) {
    CheckFactor("factors", factors[i]);
    Require(formats[i] == Format::kFp4 || factors[i] == 1, "factors: expected 1 for a ", FormatName(formats[i]),
            " weight, found ", factors[i], " at ", i);
  }
  return factors;
}

std::unique_ptr<const Codebook> ReadCodebook(const KernelInfo& info, bool is_int4) {
  if (!is_int4) return nullptr;
  std::vector<float> values = info.Floats("codebook", 16);
  auto codebook = std::make_unique<Codebook>();
  for (size_t i = 0; i < values.size(); i++) {
    Require(std::isfinite(values[i]), "codebook: entry ", i, " is not finite");
    (*codebook)[i] = values[i];
  }
  return codebook;
}

}  // namespace deltaport::ort
