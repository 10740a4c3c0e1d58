// y[i] = table[rows[i]], widened to float32 (nn.Embedding).
#pragma once

#include "core/dispatch.h"

namespace deltaport {

struct GatherRowsParams {
  WeightView table;               // [n, width]
  const int64_t* rows = nullptr;  // [m], each in [0, n)
  float* y = nullptr;             // [m, width]
  int64_t m = 0;
};

inline void CheckRowIndexes(const GatherRowsParams& params) {
  for (int64_t i = 0; i < params.m; i++) {
    Require(params.rows[i] >= 0 && params.rows[i] < params.table.out, "rows: expected 0 to ", params.table.out - 1,
            ", found ", params.rows[i], " at ", i);
  }
}

void GatherRowsReference(const GatherRowsParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<GatherRowsParams>>& Kernels<GatherRowsParams>();

}  // namespace deltaport
