// Sixteen float lanes in one AVX-512 register. Include only in files compiled for it; every level has its own type, so
// that no two files share the code of a template.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "core/dispatch.h"

namespace deltaport {

struct Avx512 {
  using F = __m512;   // 16 floats
  using I = __m512i;  // 16 words of 32 bits
  static constexpr Isa kLevel = Isa::kAvx512;
  static constexpr int kVectors = 2;       // width of a register tile
  static constexpr int kRows = 12;         // its height
  static constexpr int kPairRows = 12;     // its height where it is two vectors wide
  static constexpr int kDeltaVectors = 8;  // of a state that passes through memory, side by side

  static __mmask16 Mask(int64_t n) { return static_cast<__mmask16>(n >= 16 ? 0xffffu : n <= 0 ? 0u : (1u << n) - 1u); }

  static F Zero() { return _mm512_setzero_ps(); }
  static F Set(float x) { return _mm512_set1_ps(x); }
  static F Load(const float* p) { return _mm512_loadu_ps(p); }
  static F Load(const float* p, int64_t n) { return _mm512_maskz_loadu_ps(Mask(n), p); }  // lanes beyond n are 0
  static void Store(float* p, F x) { _mm512_storeu_ps(p, x); }
  static void Store(float* p, F x, int64_t n) { _mm512_mask_storeu_ps(p, Mask(n), x); }  // the first n lanes

  // Past the caches, to a boundary of 64 bytes; what follows a Fence() comes after.
  static void Stream(float* p, F x) { _mm512_stream_ps(p, x); }
  static void Fence() { _mm_sfence(); }

  static F Add(F a, F b) { return _mm512_add_ps(a, b); }
  static F Sub(F a, F b) { return _mm512_sub_ps(a, b); }
  static F Mul(F a, F b) { return _mm512_mul_ps(a, b); }
  static F Div(F a, F b) { return _mm512_div_ps(a, b); }
  static F Max(F a, F b) { return _mm512_max_ps(a, b); }
  static F Min(F a, F b) { return _mm512_min_ps(a, b); }
  static F Fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }    // a * b + c
  static F Fnma(F a, F b, F c) { return _mm512_fnmadd_ps(a, b, c); }  // c - a * b
  // A bit for each lane of a that is above b or where one is not a number.
  static uint32_t NotAtMost(F a, F b) { return _mm512_cmp_ps_mask(a, b, _CMP_NLE_UQ); }
  static float Sum(F x) { return _mm512_reduce_add_ps(x); }
  static float Largest(F x) { return _mm512_reduce_max_ps(x); }
  static float First(F x) { return _mm512_cvtss_f32(x); }

  static F Round(F x) { return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  static F Scale(F x, F exponent) { return _mm512_scalef_ps(x, exponent); }  // x * 2^exponent, exponent whole

  static I LoadWords(const void* p) { return _mm512_loadu_si512(p); }
  static void StoreWords(void* p, I x) { _mm512_storeu_si512(p, x); }
  static F Cast(I x) { return _mm512_castsi512_ps(x); }
  static I Cast(F x) { return _mm512_castps_si512(x); }
  static F LowBf16(I x) { return Cast(_mm512_slli_epi32(x, 16)); }
  static F HighBf16(I x) { return Cast(_mm512_and_si512(x, _mm512_set1_epi32(static_cast<int>(0xffff0000u)))); }
  static F LowF16(I x) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(x)); }
  static F HighF16(I x) { return LowF16(_mm512_srli_epi32(x, 16)); }
  template <int kByte>
  static F Int8(I x) {  // signed byte kByte of each word
    return _mm512_cvtepi32_ps(_mm512_srai_epi32(_mm512_slli_epi32(x, 24 - 8 * kByte), 24));
  }
  // e4m3fn byte kByte of each word: as f16 bits, whose exponent is 8 less.
  template <int kByte>
  static F Fp8(I x) {
    I byte = _mm512_and_si512(_mm512_srli_epi32(x, 8 * kByte), _mm512_set1_epi32(0xff));
    I magnitude = _mm512_slli_epi32(_mm512_and_si512(byte, _mm512_set1_epi32(0x7f)), 7);
    I sign = _mm512_slli_epi32(_mm512_and_si512(byte, _mm512_set1_epi32(0x80)), 8);
    F value = _mm512_mul_ps(LowF16(_mm512_or_si512(magnitude, sign)), _mm512_set1_ps(256.0f));
    __mmask16 nan = _mm512_cmpeq_epi32_mask(magnitude, _mm512_set1_epi32(0x7f << 7));
    return _mm512_mask_mov_ps(value, nan, _mm512_castsi512_ps(_mm512_set1_epi32(0x7fc00000)));
  }
  template <int kNibble>
  static F Lookup(I x, const float* table) {  // table [16], by nibble kNibble of each word
    return _mm512_permutexvar_ps(_mm512_srli_epi32(x, 4 * kNibble), _mm512_loadu_ps(table));
  }
  static F LoadBf16(const void* p) {
    return Cast(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(p))), 16));
  }
  static F LoadInt8(const void* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))));
  }
  static F LoadF16(const void* p) { return _mm512_cvtph_ps(_mm256_loadu_si256(static_cast<const __m256i*>(p))); }

  // Products of bytes: every word of a weight is four bytes, and meets a quad, four int8 activations.
  struct Quad {
    int32_t even, odd;  // two int16 each: elements 0 and 2, 1 and 3
  };
  static constexpr int kByteRows = 6;      // height of a register tile
  static constexpr int kByteOffset = 128;  // added to the bytes of a weight, which are unsigned then
  static Quad MakeQuad(const int8_t* from) {
    uint32_t word = 0;
    __builtin_memcpy(&word, from, 4);
    __m128i wide = _mm_cvtepi8_epi16(_mm_cvtsi32_si128(static_cast<int>(word)));
    wide = _mm_shufflelo_epi16(wide, 0xd8);
    return {_mm_cvtsi128_si32(wide), _mm_extract_epi32(wide, 1)};
  }
  static I SetWord(int32_t x) { return _mm512_set1_epi32(x); }
  static F ToFloat(I x) { return _mm512_cvtepi32_ps(x); }
  static I Dot4(I sum, I bytes, const Quad& quad) {
    I even = _mm512_and_si512(bytes, _mm512_set1_epi32(0x00ff00ff));
    I odd = _mm512_srli_epi16(bytes, 8);
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(even, SetWord(quad.even)));
    sum = _mm512_add_epi32(sum, _mm512_madd_epi16(odd, SetWord(quad.odd)));
    asm("" : "+v"(sum));  // or the compiler adds all products in the end, and has no registers for them
    return sum;
  }
  // The bytes of a table [16] by the low nibble of each byte, and by the high one.
  static I LookupLow(I codes, const uint8_t* table) {
    I all = _mm512_broadcast_i32x4(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
    return _mm512_shuffle_epi8(all, _mm512_and_si512(codes, _mm512_set1_epi8(15)));
  }
  static I LookupHigh(I codes, const uint8_t* table) { return LookupLow(_mm512_srli_epi16(codes, 4), table); }
  static void StoreInt8(int8_t* to, F x) {  // rounds to nearest even; |x| <= 127
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(x)));
  }

  static float LoadScale(Format format, const uint8_t* from, int64_t i) {  // f32, f16 or bf16 at any byte
    uint32_t bits = 0;
    __builtin_memcpy(&bits, from + (format == Format::kF32 ? 4 : 2) * i, format == Format::kF32 ? 4 : 2);
    if (format == Format::kF16) return _cvtsh_ss(static_cast<uint16_t>(bits));
    return _mm_cvtss_f32(
        _mm_castsi128_ps(_mm_cvtsi32_si128(static_cast<int>(format == Format::kF32 ? bits : bits << 16))));
  }

  // Rounds to nearest even; a NaN stays one.
  static void StoreBf16(void* p, F x) {
    I bits = Cast(x);
    I odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    I rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    rounded = _mm512_mask_or_epi32(rounded, nan, bits, _mm512_set1_epi32(0x400000));
    _mm256_storeu_si256(static_cast<__m256i*>(p), _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
  }

  // to[j][i] = word j of row i, for 16 rows of 16 words that lie `stride` bytes apart.
  static void Transpose(const uint8_t* from, int64_t stride, float* to) {
    I r[16];
    for (int i = 0; i < 16; i++) r[i] = LoadWords(from + i * stride);
    Transpose(r, to);
  }

  // The same for rows anywhere, each from byte `offset` on.
  static void Transpose(const uint8_t* const* rows, int64_t offset, float* to) {
    I r[16];
    for (int i = 0; i < 16; i++) r[i] = LoadWords(rows[i] + offset);
    Transpose(r, to);
  }

  static void Transpose(I* r, float* to) {  // r [16] is used up
    I t[16];
    for (int i = 0; i < 8; i++) {
      t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
      t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
      r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
      r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
      r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
      r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for (int i = 0; i < 4; i++) {
      t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
      t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
      t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
      t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
      StoreWords(to + 16 * i, _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88));
      StoreWords(to + 16 * (8 + i), _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd));
      StoreWords(to + 16 * (4 + i), _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88));
      StoreWords(to + 16 * (12 + i), _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd));
    }
  }
};

}  // namespace deltaport
