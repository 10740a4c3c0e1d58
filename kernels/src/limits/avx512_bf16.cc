#include "simd/avx512_bf16.h"

#include "limits/limits.h"

namespace deltaport {

int64_t Avx512Bf16Dot(int64_t n, float* sink) {
  using V = Avx512Bf16;
  constexpr int kSums = 12;
  V::F x = V::Load(sink);
  V::F sums[kSums];
#pragma GCC unroll 12
  for (int j = 0; j < kSums; j++) sums[j] = V::Set(static_cast<float>(j));
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) sums[j] = V::Dot2(sums[j], x, x);
  }
  for (int j = 1; j < kSums; j++) sums[0] = V::Add(sums[0], sums[j]);
  V::Store(sink, sums[0]);
  return kSums * 16 * 4;
}

}  // namespace deltaport
