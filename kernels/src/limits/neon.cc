#include "simd/neon.h"

#include "limits/limits.h"
#include "limits/loops.h"

namespace deltaport {

int64_t NeonFma(int64_t n, float* sink) { return FmaLoop<Neon>(n, sink); }

void NeonRead(const float* from, int64_t floats, float* sink) { ReadFloats<Neon>(from, floats, sink); }

int64_t NeonDot(int64_t n, float* sink) {
  using V = Neon;
  constexpr int kSums = 6;
  V::I x = V::LoadWords(sink);
  V::Quad quad = static_cast<V::Quad>(n);
  V::I sums[kSums];
#pragma GCC unroll 6
  for (int j = 0; j < kSums; j++) sums[j] = V::SetWord(j);
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 6
    for (int j = 0; j < kSums; j++) sums[j] = V::Dot4(sums[j], x, quad);
  }
  V::F all = V::ToFloat(sums[0]);
  for (int j = 1; j < kSums; j++) all = V::Add(all, V::ToFloat(sums[j]));
  V::Store(sink, all);
  return kSums * 16 * 8;
}

}  // namespace deltaport
