// AVX-512 with dot products of bytes.
#pragma once

#include "simd/avx512.h"

namespace deltaport {

struct Avx512Vnni : Avx512 {
  static constexpr Isa kLevel = Isa::kAvx512Vnni;

  using Quad = int32_t;
  static constexpr int kByteRows = 6;
  static Quad MakeQuad(const int8_t* from) {
    Quad quad = 0;
    __builtin_memcpy(&quad, from, 4);
    return quad;
  }
  static I Dot4(I sum, I bytes, const Quad& quad) { return _mm512_dpbusd_epi32(sum, bytes, SetWord(quad)); }
};

}  // namespace deltaport
