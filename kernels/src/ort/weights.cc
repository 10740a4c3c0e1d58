#include "ort/weights.h"

#include <cmath>

#include "core/sizes.h"

namespace deltaport::ort {
namespace {

// The type of the tensor that holds a format.
int32_t TypeOf(Format format) { return format == Format::kInt4 ? kUint8 : static_cast<int32_t>(format); }

Format ScaleFormat(const std::optional<Tensor>& scales) {
  if (!scales) return Format::kNone;
  return IsPlainType(scales->type) ? static_cast<Format>(scales->type) : Format::kInt4;  // refused as any other type
}

}  // namespace

Format ParseFormat(const char* name, int64_t code) {
  for (Format format : {Format::kF32, Format::kInt8, Format::kF16, Format::kBf16, Format::kFp8, Format::kInt4}) {
    if (static_cast<int64_t>(format) == code) return format;
  }
  Fail(name, ": ", code, " is no format");
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
  bool fits = format == Format::kFp8 ? IsPlain(scale_format) : scale_format == Format::kF16;
  Require(fits, name, ": wrong scales for ", FormatName(format));
  auto in_range = [](int64_t block) { return block > 0 && block <= INT32_MAX; };
  Require(in_range(block_in) && (format == Format::kFp8 ? in_range(block_out) : block_out == 1), name,
          ": wrong block [", block_out, ", ", block_in, "] for ", FormatName(format));
}

WeightView View(const WeightTensors& tensors, const char* name, const Storage& storage, int64_t out, int64_t in) {
  const Tensor& weight = tensors.weight;
  WeightView view;
  view.format = storage.format;
  bool is_int4 = view.format == Format::kInt4;
  Require(!is_int4 || (in > 0 && storage.codebook != nullptr), name, ": int4 needs its width and a codebook");
  Expect(weight, name, TypeOf(view.format), {out, is_int4 ? CeilDiv(in, 2) : in});
  view.out = weight.dims[0];
  view.in = is_int4 ? in : weight.dims[1];
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
    Require(is_int4, name, ": a ", FormatName(view.format), " weight has no zero points");
    Expect(*tensors.zero_points, "zero_points", kUint8, tensors.scales->dims);
    view.zero_points = tensors.zero_points->data;
  }
  if (is_int4) view.codebook = storage.codebook->data();
  return view;
}

Matrix ReadMatrix(const KernelInfo& info, size_t first, const char* name) {
  Format format = ParseFormat("format", info.Int("format"));
  bool is_int4 = format == Format::kInt4;
  std::vector<int64_t> block = info.Ints("block", 2);
  Matrix matrix{ReadCodebook(info, is_int4), {}};
  Storage storage{format, block[0], block[1], matrix.codebook.get()};
  int64_t in = is_int4 ? info.Int("in", 1, INT64_MAX) : kAny;
  matrix.view = View(ReadWeight(info, first, name), name, storage, kAny, in);
  return matrix;
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
