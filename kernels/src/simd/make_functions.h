// LaneFunctions made of one level's lanes.
#pragma once

#include "simd/functions.h"
#include "simd/math.h"

namespace deltaport {

template <class V>
struct LaneLoops {
  using F = typename V::F;

  static void Softmax(const float* x, int64_t n, float* y) {
    F largest = V::Set(x[0]);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) largest = V::Max(largest, V::Load(x + i));
    float most = V::Largest(largest);
    for (int64_t j = i; j < n; j++) most = x[j] > most ? x[j] : most;
    F sums = V::Zero();
    for (i = 0; i < n; i += 16) {
      F e = Exp<V>(V::Sub(V::Load(x + i, n - i), V::Set(most)));
      V::Store(y + i, e, n - i);
      if (n - i >= 16) sums = V::Add(sums, e);
    }
    float sum = V::Sum(sums);
    for (int64_t j = n / 16 * 16; j < n; j++) sum += y[j];
    for (i = 0; i < n; i += 16) V::Store(y + i, V::Div(V::Load(y + i, n - i), V::Set(sum)), n - i);
  }

  static void WeightedSum(const float* scales, const float* const* rows, int64_t count, int64_t n, float* y) {
    for (int64_t i = 0; i < n; i += 16) {
      F sum = V::Zero();
      for (int64_t row = 0; row < count; row++) {
        sum = V::Fma(V::Set(scales[row]), V::Load(rows[row] + i, n - i), sum);
      }
      V::Store(y + i, sum, n - i);
    }
  }

  static float Dot(const float* x, const float* y, int64_t n) {
    F sums[4] = {V::Zero(), V::Zero(), V::Zero(), V::Zero()};
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
      for (int j = 0; j < 4; j++) sums[j] = V::Fma(V::Load(x + i + 16 * j), V::Load(y + i + 16 * j), sums[j]);
    }
    for (; i < n; i += 16) sums[0] = V::Fma(V::Load(x + i, n - i), V::Load(y + i, n - i), sums[0]);
    return V::Sum(V::Add(V::Add(sums[0], sums[1]), V::Add(sums[2], sums[3])));
  }

  static void RmsNorm(const float* x, const float* residual, const float* weight, float epsilon, int64_t n, float* sum,
                      float* y) {
    F squares[2] = {V::Zero(), V::Zero()};
    float* kept = sum == nullptr ? y : sum;
    for (int64_t i = 0; i < n; i += 16) {
      F value = V::Load(x + i, n - i);
      if (residual != nullptr) value = V::Add(value, V::Load(residual + i, n - i));
      V::Store(kept + i, value, n - i);
      squares[i / 16 % 2] = V::Fma(value, value, squares[i / 16 % 2]);
    }
    float mean = V::Sum(V::Add(squares[0], squares[1])) / static_cast<float>(n);
    F inverse = V::Set(1.0f / __builtin_sqrtf(mean + epsilon));
    for (int64_t i = 0; i < n; i += 16) {
      F normed = V::Mul(V::Load(kept + i, n - i), inverse);
      V::Store(y + i, V::Mul(normed, V::Load(weight + i, n - i)), n - i);
    }
  }

  static int64_t FindAbove(const float* x, int64_t begin, int64_t n, float bound) {
    int64_t i = begin;
    F bounds = V::Set(bound);
    for (; i + 64 <= n; i += 64) {
      uint32_t any = 0;
      for (int64_t j = 0; j < 4; j++) any |= V::NotAtMost(V::Load(x + i + 16 * j), bounds);
      if (any != 0) break;
    }
    while (i < n && x[i] <= bound) i++;
    return i;
  }
};

template <class V>
const LaneFunctions& MakeFunctions() {
  static constexpr LaneFunctions functions = {LaneLoops<V>::Softmax, LaneLoops<V>::WeightedSum, LaneLoops<V>::Dot,
                                              LaneLoops<V>::RmsNorm, LaneLoops<V>::FindAbove};
  return functions;
}

}  // namespace deltaport
