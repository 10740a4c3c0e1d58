#include "cuda/launch/products.h"

#include <algorithm>
#include <climits>
#include <cstring>

namespace deltaport::cuda {
namespace {

constexpr int32_t kThreads = 256;

// A way to compute products.
struct Way {
  ProductTile tile;
  int32_t threads;
  bool rounded;  // it reads ProductArgs::rounded
  KernelId FormatKernels::* kernel;
};

constexpr Way kExact = {kExactTile, kThreads, false, &FormatKernels::exact};
constexpr Way kNarrow = {kNarrowTile, kThreads, false, &FormatKernels::narrow};
constexpr Way kMiddle = {kMiddleTile, kMiddleTile.outs, true, &FormatKernels::middle};
constexpr Way kWide = {kWideTile, kWideTile.outs, true, &FormatKernels::wide};
constexpr Way kWgmma = {kWgmmaTile, kWgmmaThreads, true, &FormatKernels::wgmma};
constexpr int64_t kMostNarrowRows = 16;  // of one weight

bool Suits(const WeightForm& form) {
  return form.format != Format::kF32 && form.format != Format::kFp4 &&
         (form.blocks_in <= 1 || form.block_in % kStep == 0);
}

// Whether a product has as many tiles as the device has multiprocessors.
bool Fills(const Target& target, const Way& way, const WeightForm& form, int64_t rows) {
  return CeilDiv(rows, way.tile.rows) * CeilDiv(form.out, way.tile.outs) >= target.processors;
}

// rows: of one weight, about. many: there are many such weights, so that any tiles fill the device.
const Way& WayFor(const Target& target, const WeightForm& form, int64_t rows, bool many) {
  if (target.compute == Compute::kExact || !Suits(form)) return kExact;
  if (rows <= kMostNarrowRows) return kNarrow;
  auto suits = [&](const Way& way) { return rows >= way.tile.rows && (many || Fills(target, way, form, rows)); };
  // Only compute capability 9.0 has wgmma.
  if (target.capability == 90 && form.format == Format::kBf16 && suits(kWgmma)) return kWgmma;
  return suits(kWide) ? kWide : kMiddle;
}

int64_t SharedBytes(const Way& way, Format format) {
  if (way.kernel == kWgmma.kernel) return kWgmmaBytes;
  return way.rounded ? StagesBytes(format, way.tile) : 0;
}

// Sets args.rounded.
void RoundInputs(ProductArgs& args, Launcher& launcher) {
  int64_t rows = CeilDiv(args.rows, args.x_share);
  RoundArgs round{};
  round.x = args.x;
  round.pair = args.pair;
  round.in = args.form.in;
  round.steps = StepsOf(args.form);
  round.activation = args.activation;
  round.y = launcher.ScratchOf<uint16_t>(rows * round.steps * kStep);  // [rows, steps, kStep]
  if (args.form.format == Format::kInt4) round.sums = launcher.ScratchOf<float>(rows * round.steps);  // [rows, steps]
  launcher.Launch(KernelId::round_inputs, {rows, CeilDiv(round.steps * kStep, kThreads)}, kThreads, 0, round);
  args.rounded = round.y;
  args.rounded_sums = round.sums;
}

void LaunchWay(const Way& way, ProductArgs args, int64_t weights, Launcher& launcher) {
  int64_t tiles = CeilDiv(args.rows, way.tile.rows);
  if (args.selected != nullptr) tiles = args.rows;
  if (args.tiles != nullptr) tiles = args.tile_count;
  if (way.rounded) RoundInputs(args, launcher);
  launcher.Launch(KernelsOf(args.form.format).*way.kernel, {CeilDiv(args.form.out, way.tile.outs), tiles, weights},
                  way.threads, SharedBytes(way, args.form.format), args);
}

}  // namespace

int32_t Narrow(int64_t size) {
  Require(size >= 0 && size <= INT32_MAX, "CUDA kernels take sizes up to ", INT32_MAX, ", found ", size);
  return static_cast<int32_t>(size);
}

FormatKernels KernelsOf(Format format) {
  using Id = KernelId;
  switch (format) {
    case Format::kF32:
      return {Id::gather_rows_f32, Id::product_exact_f32, {}, {}, {}, {}};
    case Format::kF16:
      return {Id::gather_rows_f16,    Id::product_exact_f16, Id::product_gemv_f16,
              Id::product_middle_f16, Id::product_wide_f16,  {}};
    case Format::kBf16:
      return {Id::gather_rows_bf16,    Id::product_exact_bf16, Id::product_gemv_bf16,
              Id::product_middle_bf16, Id::product_wide_bf16,  Id::product_wgmma_bf16};
    case Format::kFp8:
      return {Id::gather_rows_fp8,    Id::product_exact_fp8, Id::product_gemv_fp8,
              Id::product_middle_fp8, Id::product_wide_fp8,  {}};
    case Format::kInt8:
      return {Id::gather_rows_int8,    Id::product_exact_int8, Id::product_gemv_int8,
              Id::product_middle_int8, Id::product_wide_int8,  {}};
    case Format::kInt4:
      return {Id::gather_rows_int4,    Id::product_exact_int4, Id::product_gemv_int4,
              Id::product_middle_int4, Id::product_wide_int4,  {}};
    case Format::kFp4:
      return {Id::gather_rows_fp4, Id::product_exact_fp4, {}, {}, {}, {}};
    case Format::kE8m0:
    case Format::kNone:
      break;
  }
  Fail("weight: no format");
}

bool SuitsTensorCores(const WeightView& weight) { return Suits(FormOf(weight)); }

WeightForm FormOf(const WeightView& weight) {
  WeightForm form{};
  form.row_bytes = DeviceRowBytes(weight.format, weight.in);
  form.out = Narrow(weight.out);
  form.in = Narrow(weight.in);
  form.block_out = Narrow(weight.block_out);
  form.block_in = Narrow(weight.block_in);
  form.blocks_in = Narrow(weight.blocks_in());
  if (weight.block_out > 0) Narrow(Multiply(CeilDiv(weight.out, weight.block_out), weight.blocks_in()));
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
  int64_t rows = args.selected != nullptr ? 1 : args.tiles != nullptr ? args.tile_rows : args.rows;
  const Way& way = WayFor(launcher.target(), args.form, rows, args.tiles != nullptr);
  Require(args.tiles == nullptr || args.tile_rows <= way.tile.rows, "product: tiles of ", args.tile_rows, " rows");
  LaunchWay(way, args, weights, launcher);
}

void LaunchExactProduct(const ProductArgs& args, Launcher& launcher) { LaunchWay(kExact, args, 1, launcher); }

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

int32_t TileRows(const MlpView& mlp, int64_t rows, const Launcher& launcher) {
  int32_t tile_rows = INT32_MAX;
  for (const WeightView& weight : {mlp.gate, mlp.up, mlp.down}) {
    tile_rows = std::min(tile_rows, WayFor(launcher.target(), FormOf(weight), rows, true).tile.rows);
  }
  return tile_rows;
}

}  // namespace deltaport::cuda
