// Norm and partial rotation of one head's vector, compiled for one level.
#pragma once

#include <cstdint>

#include "ops/gated_attention/kernel.h"

namespace deltaport {

// to [head_dim] = scale * rotate(norm(from)); from and to apart.
template <class V>
void NormRotate(const GatedAttentionParams& p, const float* from, const float* norm, int64_t token, float scale,
                float* to) {
  using F = typename V::F;
  const int64_t head_dim = p.cache.head_dim;
  const int64_t half = p.rotary / 2;
  const float* cos = p.cos_sin + token * p.rotary;  // [rotary / 2]
  const float* sin = cos + half;                    // [rotary / 2]
  F squares = V::Zero();
  for (int64_t i = 0; i < head_dim; i += 16) {
    F x = V::Load(from + i, head_dim - i);
    squares = V::Fma(x, x, squares);
  }
  float inverse = 1.0f / __builtin_sqrtf(V::Sum(squares) / static_cast<float>(head_dim) + p.epsilon);
  F factor = V::Set(inverse * scale);
  for (int64_t i = 0; i < head_dim; i += 16) {
    int64_t n = head_dim - i;
    V::Store(to + i, V::Mul(V::Mul(V::Load(from + i, n), factor), V::Load(norm + i, n)), n);
  }
  for (int64_t i = 0; i < half; i += 16) {
    int64_t n = half - i;
    F first = V::Load(to + i, n);
    F second = V::Load(to + half + i, n);
    F c = V::Load(cos + i, n);
    F s = V::Load(sin + i, n);
    V::Store(to + i, V::Fnma(second, s, V::Mul(first, c)), n);
    V::Store(to + half + i, V::Fma(first, s, V::Mul(second, c)), n);
  }
}

}  // namespace deltaport
