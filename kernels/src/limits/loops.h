// The loops of limits.h over one level's lanes.
#pragma once

#include <cstdint>

namespace deltaport {

template <class V>
int64_t FmaLoop(int64_t n, float* sink) {
  constexpr int kSums = V::kVectors == 1 ? 6 : 12;  // enough to hide the latency, few enough for the registers
  typename V::F sums[kSums];
  typename V::F x = V::Load(sink);
#pragma GCC unroll 12
  for (int j = 0; j < kSums; j++) sums[j] = V::Set(static_cast<float>(j));
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) sums[j] = V::Fma(sums[j], x, x);
  }
  for (int j = 1; j < kSums; j++) sums[0] = V::Add(sums[0], sums[j]);
  V::Store(sink, sums[0]);
  return kSums * 16 * 2;
}

// kSums of sixteen floats each: 16 registers of maxima, none of which waits for another. A divisor of 16.
template <class V, int kSums>
void ReadFloats(const float* from, int64_t floats, float* sink) {
  static_assert(16 % kSums == 0, "a task is a multiple of 256 floats");
  typename V::F sums[kSums];
#pragma GCC unroll 16
  for (int j = 0; j < kSums; j++) sums[j] = V::Zero();
  for (int64_t i = 0; i < floats; i += 16 * kSums) {
#pragma GCC unroll 16
    for (int j = 0; j < kSums; j++) sums[j] = V::Max(sums[j], V::Load(from + i + 16 * j));
  }
  for (int j = 1; j < kSums; j++) sums[0] = V::Max(sums[0], sums[j]);
  V::Store(sink, sums[0]);
}

}  // namespace deltaport
