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
};

// The functions of the highest level allowed; kReference has none.
const LaneFunctions& FunctionsFor(Level level);

const LaneFunctions& Avx2Functions();
const LaneFunctions& Avx512Functions();

}  // namespace deltaport
