#include "simd/neon.h"

#include "limits/limits.h"
#include "limits/loops.h"

namespace deltaport {
namespace {

constexpr int kSums = 6;  // of four registers each

}  // namespace

// Not loops.h's: an instruction of NEON multiplies and adds in the register of what it adds to.
int64_t NeonFma(int64_t n, float* sink) {
  Neon::F x = Neon::Load(sink);
  Neon::F sums[kSums];
#pragma GCC unroll 6
  for (int j = 0; j < kSums; j++) sums[j] = Neon::Set(static_cast<float>(j));
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 6
    for (int j = 0; j < kSums; j++) sums[j] = Neon::Fma(x, x, sums[j]);
  }
#pragma GCC unroll 6
  for (int j = 1; j < kSums; j++) sums[0] = Neon::Add(sums[0], sums[j]);
  Neon::Store(sink, sums[0]);
  return kSums * 16 * 2;
}

int64_t NeonDot(int64_t n, float* sink) {
  Neon::I x = Neon::LoadWords(sink);
  Neon::Quad quad = static_cast<Neon::Quad>(n);
  Neon::I sums[kSums];
#pragma GCC unroll 6
  for (int j = 0; j < kSums; j++) sums[j] = Neon::SetWord(j);
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 6
    for (int j = 0; j < kSums; j++) sums[j] = Neon::Dot4(sums[j], x, quad);
  }
  Neon::F all = Neon::Zero();
#pragma GCC unroll 6
  for (int j = 0; j < kSums; j++) all = Neon::Add(all, Neon::ToFloat(sums[j]));
  Neon::Store(sink, all);
  return kSums * 16 * 8;
}

void NeonRead(const float* from, int64_t floats, float* sink) { ReadFloats<Neon, 4>(from, floats, sink); }

}  // namespace deltaport
