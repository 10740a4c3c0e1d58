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

void GatherRowsReference(const GatherRowsParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<GatherRowsParams>>& Kernels<GatherRowsParams>();

}  // namespace deltaport
