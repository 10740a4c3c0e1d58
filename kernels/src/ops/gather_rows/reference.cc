#include "ops/gather_rows/kernel.h"

namespace deltaport {

void GatherRowsReference(const GatherRowsParams& params, Parallel& parallel) {
  parallel.ForBlocks(params.m, 16, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) WidenRow(params.table, params.rows[i], params.y + i * params.table.in);
  });
}

}  // namespace deltaport
