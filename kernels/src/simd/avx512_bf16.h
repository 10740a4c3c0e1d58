// AVX-512 with bfloat16 dot products.
#pragma once

#include "simd/avx512.h"

namespace deltaport {

struct Avx512Bf16 : Avx512 {
  static constexpr Level kLevel = Level::kAvx512Bf16;

  // sum + a.low * b.low + a.high * b.high, of bfloat16 pairs.
  static F Dot2(F sum, F a, F b) {
    return _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
  static void StoreBf16(void* p, F x) {
    _mm256_storeu_si256(static_cast<__m256i*>(p), reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(x)));
  }
};

}  // namespace deltaport
