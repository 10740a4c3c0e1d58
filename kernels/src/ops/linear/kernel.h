// y = x W^T + bias (nn.Linear).
#pragma once

#include "core/dispatch.h"

namespace deltaport {

struct LinearParams {
  const float* x = nullptr;     // [tokens, in]
  WeightView weight;            // [out, in]
  const float* bias = nullptr;  // [out] or null
  float* y = nullptr;           // [tokens, out]
  int64_t tokens = 0;
};

void LinearReference(const LinearParams& params, Parallel& parallel);

// The twins made of register tiles (matmul/matmul_kernel.h), one a level that has forms.
std::vector<Kernel<LinearParams>> LinearTiled();

template <>
const std::vector<Kernel<LinearParams>>& Kernels<LinearParams>();

}  // namespace deltaport
