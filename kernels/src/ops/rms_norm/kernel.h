// RMS norm of x + residual (Qwen3NextRMSNorm where unit_offset).
#pragma once

#include "core/dispatch.h"

namespace deltaport {

struct RmsNormParams {
  const float* x = nullptr;         // [tokens, hidden]
  const float* weight = nullptr;    // [hidden], with the unit offset already added
  const float* residual = nullptr;  // [tokens, hidden] or null
  float* y = nullptr;               // [tokens, hidden]
  float* sum = nullptr;             // [tokens, hidden]: x + residual; or null
  int64_t tokens = 0;
  int64_t hidden = 0;
  float epsilon = 0;
};

void RmsNormReference(const RmsNormParams& params, Parallel& parallel);

// The twins over float lanes (simd/functions.h), one a level that has some.
std::vector<Kernel<RmsNormParams>> RmsNormLanes();

template <>
const std::vector<Kernel<RmsNormParams>>& Kernels<RmsNormParams>();

}  // namespace deltaport
