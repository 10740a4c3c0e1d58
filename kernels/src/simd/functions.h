// Short loops over float vectors that plain C++ between the kernels needs, by level.
#pragma once

#include <cstdint>

#include "core/dispatch.h"

namespace deltaport {

struct LaneFunctions {
  void (*softmax)(const float* x, int64_t n, float* y);  // y [n] = exp(x - max) / sum
  // y [n] = sum of scales[i] * rows[i] over `count` rows, in order.
  void (*weighted_sum)(const float* scales, const float* const* rows, int64_t count, int64_t n, float* y);
  float (*dot)(const float* x, const float* y, int64_t n);
  // y [n] = weight * norm(sum), where sum [n] = x + residual; residual and sum may be null.
  void (*rms_norm)(const float* x, const float* residual, const float* weight, float epsilon, int64_t n, float* sum,
                   float* y);
  // The first i in [begin, n) with x[i] above a bound or not a number; n where there is none.
  int64_t (*find_above)(const float* x, int64_t begin, int64_t n, float bound);
};

// The functions of the highest level allowed; kReference has none.
const LaneFunctions& FunctionsFor(Isa isa);

const LaneFunctions& Avx2Functions();
const LaneFunctions& Avx512Functions();
const LaneFunctions& NeonFunctions();

}  // namespace deltaport
