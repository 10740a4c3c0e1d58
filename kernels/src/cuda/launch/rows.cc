#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

KernelId GatherKernel(Format format) {
  switch (format) {
    case Format::kF32:
      return KernelId::gather_rows_f32;
    case Format::kF16:
      return KernelId::gather_rows_f16;
    case Format::kBf16:
      return KernelId::gather_rows_bf16;
    case Format::kFp8:
      return KernelId::gather_rows_fp8;
    case Format::kInt8:
      return KernelId::gather_rows_int8;
    case Format::kInt4:
      return KernelId::gather_rows_int4;
    case Format::kNone:
      break;
  }
  Fail("table: no format");
}

}  // namespace

void LaunchGatherRows(const GatherRowsParams& params, int64_t row_bytes, Launcher& launcher) {
  GatherRowsArgs args{};
  args.table = PartsOf(params.table);
  args.form = FormOf(params.table);
  args.form.row_bytes = row_bytes;
  args.rows = params.rows;
  args.y = params.y;
  launcher.Launch(GatherKernel(params.table.format), {params.m}, 128, 0, args);
}

void LaunchConcat(const ConcatParams& params, Launcher& launcher) {
  ConcatArgs args{params.a, params.b, params.y, params.m, params.n};
  launcher.Launch(KernelId::concat, {params.tokens}, 256, 0, args);
}

}  // namespace deltaport::cuda
