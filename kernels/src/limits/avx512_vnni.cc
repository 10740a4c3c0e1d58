#include <immintrin.h>

#include "limits/limits.h"

namespace deltaport {

int64_t Avx512VnniDot(int64_t n, float* sink) {
  constexpr int kSums = 12;
  __m512i x = _mm512_loadu_si512(sink);
  __m512i sums[kSums];
#pragma GCC unroll 12
  for (int j = 0; j < kSums; j++) sums[j] = _mm512_set1_epi32(j);
  for (int64_t i = 0; i < n; i++) {
#pragma GCC unroll 12
    for (int j = 0; j < kSums; j++) sums[j] = _mm512_dpbusd_epi32(sums[j], x, x);
  }
  for (int j = 1; j < kSums; j++) sums[0] = _mm512_add_epi32(sums[0], sums[j]);
  _mm512_storeu_si512(sink, sums[0]);
  return kSums * 16 * 8;
}

}  // namespace deltaport
