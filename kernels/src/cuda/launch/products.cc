#include "cuda/launch/products.h"

#include <climits>
#include <cstring>

namespace deltaport::cuda {
namespace {

constexpr int32_t kThreads = 256;
constexpr int64_t kWarps = kThreads / 32;
constexpr int32_t kExactRows = 4;

KernelId ExactKernel(Format format) {
  switch (format) {
    case Format::kF32:
      return KernelId::product_exact_f32;
    case Format::kF16:
      return KernelId::product_exact_f16;
    case Format::kBf16:
      return KernelId::product_exact_bf16;
    case Format::kFp8:
      return KernelId::product_exact_fp8;
    case Format::kInt8:
      return KernelId::product_exact_int8;
    case Format::kInt4:
      return KernelId::product_exact_int4;
    case Format::kNone:
      break;
  }
  Fail("weight: no format");
}

int64_t Tiles(const ProductArgs& args, int64_t tile_rows) {
  if (args.tiles != nullptr) return args.tile_count;
  return args.selected != nullptr ? args.rows : CeilDiv(args.rows, tile_rows);
}

}  // namespace

int32_t Narrow(int64_t size) {
  Require(size >= 0 && size <= INT32_MAX, "CUDA kernels take sizes up to ", INT32_MAX, ", found ", size);
  return static_cast<int32_t>(size);
}

WeightParts PartsOf(const WeightView& weight) { return {weight.data, weight.scales, weight.zero_points}; }

WeightForm FormOf(const WeightView& weight) {
  WeightForm form{};
  form.row_bytes = DeviceRowBytes(weight.format, weight.in);
  form.out = Narrow(weight.out);
  form.in = Narrow(weight.in);
  form.block_out = Narrow(weight.block_out);
  form.block_in = Narrow(weight.block_in);
  form.blocks_in = Narrow(weight.blocks_in());
  form.format = weight.format;
  form.scale_format = weight.scale_format;
  if (weight.codebook != nullptr) std::memcpy(form.codebook, weight.codebook, sizeof(form.codebook));
  return form;
}

bool SameForm(const WeightView& a, const WeightView& b) {
  return a.format == b.format && a.scale_format == b.scale_format && a.out == b.out && a.in == b.in &&
         a.block_out == b.block_out && a.block_in == b.block_in &&
         (a.format != Format::kInt4 || std::memcmp(a.codebook, b.codebook, 16 * sizeof(float)) == 0);
}

ProductArgs ProductOf(const WeightView& weight, const float* x, float* y, int64_t rows) {
  ProductArgs args{};
  args.x = x;
  args.y = y;
  args.weights[0] = PartsOf(weight);
  args.form = FormOf(weight);
  args.rows = Narrow(rows);
  args.x_share = 1;
  return args;
}

void LaunchProduct(const ProductArgs& args, int64_t weights, Launcher& launcher) {
  launcher.Launch(ExactKernel(args.form.format), {CeilDiv(args.form.out, kWarps), Tiles(args, kExactRows), weights},
                  kThreads, 0, args);
}

void LaunchGateAndUp(ProductArgs args, const MlpView& mlp, Launcher& launcher) {
  args.weights[0] = PartsOf(mlp.gate);
  args.weights[1] = PartsOf(mlp.up);
  if (SameForm(mlp.gate, mlp.up)) return LaunchProduct(args, 2, launcher);
  LaunchProduct(args, 1, launcher);
  args.weights[0] = PartsOf(mlp.up);
  args.form = FormOf(mlp.up);
  args.y += static_cast<int64_t>(args.rows) * mlp.gate.out;
  args.first_part++;
  LaunchProduct(args, 1, launcher);
}

ProductArgs DownOf(const MlpView& mlp, const float* inner, float* y, int64_t rows, Activation activation) {
  ProductArgs args = ProductOf(mlp.down, inner, y, rows);
  args.pair = inner + rows * mlp.down.in;
  args.activation = activation;
  return args;
}

int32_t TileRows(const WeightView&, int64_t, const Launcher&) { return kExactRows; }

}  // namespace deltaport::cuda
