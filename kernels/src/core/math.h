// Plain float32 building blocks of the reference kernels.
#pragma once

#include <cmath>
#include <cstdint>

namespace deltaport {

// Sum of a[i] * b[i], always in the same order: 16 running sums, then a tree.
inline float Dot(const float* a, const float* b, int64_t n) {
  float sums[16] = {};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16) {
    for (int64_t lane = 0; lane < 16; lane++) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (int64_t lane = 0; i < n; i++, lane++) sums[lane] += a[i] * b[i];
  for (int64_t half = 8; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
  }
  return sums[0];
}

// 1 / sqrt(mean(x^2) + epsilon).
inline float InverseRms(const float* x, int64_t n, float epsilon) {
  return 1.0f / std::sqrt(Dot(x, x, n) / static_cast<float>(n) + epsilon);
}

}  // namespace deltaport
