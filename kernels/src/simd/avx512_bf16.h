// AVX-512 with bfloat16 dot products.
#pragma once

#include "simd/avx512.h"

namespace deltaport {

struct Avx512Bf16 : Avx512 {
  static constexpr Isa kLevel = Isa::kAvx512Bf16;

  // sum + a.low * b.low + a.high * b.high, of bfloat16 pairs.
  static F Dot2(F sum, F a, F b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
  // to [16] pairs of bfloat16: low[i], high[i].
  static void StorePairs(const void* low, const void* high, float* to) {
    I lows = _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(low)));
    I highs = _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(high)));
    StoreWords(to, _mm512_or_si512(lows, _mm512_slli_epi32(highs, 16)));
  }
  static void StoreBf16(void* p, F x) {
    _mm256_storeu_si256(static_cast<__m256i*>(p), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
  }
};

}  // namespace deltaport
