#include "cuda/launch/products.h"

namespace deltaport::cuda {

void LaunchGatherRows(const GatherRowsParams& params, int64_t row_bytes, Launcher& launcher) {
  GatherRowsArgs args{};
  args.table = PartsOf(params.table);
  args.form = FormOf(params.table);
  args.form.row_bytes = row_bytes;
  args.rows = params.rows;
  args.y = params.y;
  launcher.Launch(KernelsOf(params.table.format).gather, {params.m}, 128, 0, args);
}

void LaunchConcat(const ConcatParams& params, Launcher& launcher) {
  ConcatArgs args{params.a, params.b, params.y, params.m, params.n};
  launcher.Launch(KernelId::concat, {params.tokens}, 256, 0, args);
}

}  // namespace deltaport::cuda
