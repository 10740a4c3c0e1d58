// Sixteen float lanes in two AVX2 registers (with FMA and F16C). Include only in files compiled for it.
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "core/dispatch.h"

namespace deltaport {

struct Avx2 {
  struct F {  // 16 floats
    __m256 low, high;
  };
  struct I {  // 16 words of 32 bits
    __m256i low, high;
  };
  static constexpr Isa kLevel = Isa::kAvx2;
  static constexpr int kVectors = 1;       // width of a register tile
  static constexpr int kRows = 6;          // its height
  static constexpr int kPairRows = 1;      // its height where it is two vectors wide
  static constexpr int kDeltaVectors = 2;  // of a state that passes through memory, side by side

  static __m256i Mask(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
  }

  static F Zero() { return Set(0.0f); }
  static F Set(float x) { return {_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
  static F Load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
  static F Load(const float* p, int64_t n) {  // lanes beyond n are 0
    if (n >= 16) return Load(p);
    __m256 low = _mm256_maskload_ps(p, Mask(n));
    return {low, n > 8 ? _mm256_maskload_ps(p + 8, Mask(n - 8)) : _mm256_setzero_ps()};
  }
  static void Store(float* p, F x) {
    _mm256_storeu_ps(p, x.low);
    _mm256_storeu_ps(p + 8, x.high);
  }
  static void Store(float* p, F x, int64_t n) {  // the first n lanes
    if (n >= 16) return Store(p, x);
    _mm256_maskstore_ps(p, Mask(n), x.low);
    if (n > 8) _mm256_maskstore_ps(p + 8, Mask(n - 8), x.high);
  }

  // Past the caches, to a boundary of 64 bytes; what follows a Fence() comes after.
  static void Stream(float* p, F x) {
    _mm256_stream_ps(p, x.low);
    _mm256_stream_ps(p + 8, x.high);
  }
  static void Fence() { _mm_sfence(); }

  static F Add(F a, F b) { return {_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
  static F Sub(F a, F b) { return {_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
  static F Mul(F a, F b) { return {_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
  static F Div(F a, F b) { return {_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
  static F Max(F a, F b) { return {_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
  static F Min(F a, F b) { return {_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
  static F Fma(F a, F b, F c) {  // a * b + c
    return {_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
  }
  static F Fnma(F a, F b, F c) {  // c - a * b
    return {_mm256_fnmadd_ps(a.low, b.low, c.low), _mm256_fnmadd_ps(a.high, b.high, c.high)};
  }
  // A bit for each lane of a that is above b or where one is not a number.
  static uint32_t NotAtMost(F a, F b) {
    int low = _mm256_movemask_ps(_mm256_cmp_ps(a.low, b.low, _CMP_NLE_UQ));
    int high = _mm256_movemask_ps(_mm256_cmp_ps(a.high, b.high, _CMP_NLE_UQ));
    return static_cast<uint32_t>(low | high << 8);
  }
  static float Sum(F x) {
    __m256 eight = _mm256_add_ps(x.low, x.high);
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
  }
  static float First(F x) { return _mm256_cvtss_f32(x.low); }
  static float Largest(F x) {
    __m256 eight = _mm256_max_ps(x.low, x.high);
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
  }

  static F Round(F x) {
    constexpr int kNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
    return {_mm256_round_ps(x.low, kNearest), _mm256_round_ps(x.high, kNearest)};
  }
  // x * 2^exponent, exponent whole; in two steps, since 2^exponent itself may be too small for a float.
  static F Scale(F x, F exponent) { return {Scale(x.low, exponent.low), Scale(x.high, exponent.high)}; }

  static I LoadWords(const void* p) {
    const __m256i* from = static_cast<const __m256i*>(p);
    return {_mm256_loadu_si256(from), _mm256_loadu_si256(from + 1)};
  }
  static void StoreWords(void* p, I x) {
    __m256i* to = static_cast<__m256i*>(p);
    _mm256_storeu_si256(to, x.low);
    _mm256_storeu_si256(to + 1, x.high);
  }
  static F Cast(I x) { return {_mm256_castsi256_ps(x.low), _mm256_castsi256_ps(x.high)}; }
  static F LowBf16(I x) { return Cast({_mm256_slli_epi32(x.low, 16), _mm256_slli_epi32(x.high, 16)}); }
  static F HighBf16(I x) {
    __m256i mask = _mm256_set1_epi32(static_cast<int>(0xffff0000u));
    return Cast({_mm256_and_si256(x.low, mask), _mm256_and_si256(x.high, mask)});
  }
  static F LowF16(I x) { return {LowF16(x.low), LowF16(x.high)}; }
  static F HighF16(I x) { return LowF16({_mm256_srli_epi32(x.low, 16), _mm256_srli_epi32(x.high, 16)}); }
  template <int kByte>
  static F Int8(I x) {  // signed byte kByte of each word
    return {Int8<kByte>(x.low), Int8<kByte>(x.high)};
  }
  template <int kByte>
  static F Fp8(I x) {  // e4m3fn byte kByte of each word
    return {Fp8(_mm256_srli_epi32(x.low, 8 * kByte)), Fp8(_mm256_srli_epi32(x.high, 8 * kByte))};
  }
  template <int kNibble>
  static F Lookup(I x, const float* table) {  // table [16], by nibble kNibble of each word
    return {Lookup(_mm256_srli_epi32(x.low, 4 * kNibble), table),
            Lookup(_mm256_srli_epi32(x.high, 4 * kNibble), table)};
  }
  static F LoadBf16(const void* p) {
    const __m128i* from = static_cast<const __m128i*>(p);
    return Cast({_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(from)), 16),
                 _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(from + 1)), 16)});
  }
  static F LoadInt8(const void* p) {
    const uint8_t* from = static_cast<const uint8_t*>(p);
    __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
    __m128i high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + 8));
    return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(low)), _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(high))};
  }
  static F LoadF16(const void* p) {
    const __m128i* from = static_cast<const __m128i*>(p);
    return {_mm256_cvtph_ps(_mm_loadu_si128(from)), _mm256_cvtph_ps(_mm_loadu_si128(from + 1))};
  }

  // Products of bytes: every word of a weight is four bytes, and meets a quad, four int8 activations.
  struct Quad {
    int32_t even, odd;  // two int16 each: elements 0 and 2, 1 and 3
  };
  static constexpr int kByteRows = 3;      // height of a register tile
  static constexpr int kByteOffset = 128;  // added to the bytes of a weight, which are unsigned then
  static Quad MakeQuad(const int8_t* from) {
    uint32_t word = 0;
    __builtin_memcpy(&word, from, 4);
    __m128i wide = _mm_cvtepi8_epi16(_mm_cvtsi32_si128(static_cast<int>(word)));
    wide = _mm_shufflelo_epi16(wide, 0xd8);
    return {_mm_cvtsi128_si32(wide), _mm_extract_epi32(wide, 1)};
  }
  static I SetWord(int32_t x) { return {_mm256_set1_epi32(x), _mm256_set1_epi32(x)}; }
  static F ToFloat(I x) { return {_mm256_cvtepi32_ps(x.low), _mm256_cvtepi32_ps(x.high)}; }
  static I Dot4(I sum, I bytes, const Quad& quad) {
    return {Dot4(sum.low, bytes.low, quad), Dot4(sum.high, bytes.high, quad)};
  }
  // The bytes of a table [16] by the low nibble of each byte, and by the high one.
  static I LookupLow(I codes, const uint8_t* table) { return {Lookup(codes.low, table), Lookup(codes.high, table)}; }
  static I LookupHigh(I codes, const uint8_t* table) {
    return LookupLow({_mm256_srli_epi16(codes.low, 4), _mm256_srli_epi16(codes.high, 4)}, table);
  }
  static void StoreInt8(int8_t* to, F x) {  // rounds to nearest even; |x| <= 127
    __m256i pairs = _mm256_packs_epi32(_mm256_cvtps_epi32(x.low), _mm256_cvtps_epi32(x.high));
    pairs = _mm256_permute4x64_epi64(pairs, 0xd8);
    __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
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
    __m128i* to = static_cast<__m128i*>(p);
    _mm_storeu_si128(to, Bf16(x.low));
    _mm_storeu_si128(to + 1, Bf16(x.high));
  }

  // to[j][i] = word j of row i, for 16 rows of 16 words that lie `stride` bytes apart.
  static void Transpose(const uint8_t* from, int64_t stride, float* to) {
    const uint8_t* rows[16];
    for (int64_t i = 0; i < 16; i++) rows[i] = from + i * stride;
    Transpose(rows, 0, to);
  }

  // The same for rows anywhere, each from byte `offset` on.
  static void Transpose(const uint8_t* const* rows, int64_t offset, float* to) {
    for (int64_t i = 0; i < 16; i += 8) {
      for (int64_t j = 0; j < 16; j += 8) Transpose8(rows + i, offset + 4 * j, to + 16 * j + i);
    }
  }

 private:
  static __m256 Scale(__m256 x, __m256 exponent) {
    __m256i whole = _mm256_cvtps_epi32(_mm256_max_ps(exponent, _mm256_set1_ps(-252.0f)));
    __m256i half = _mm256_srai_epi32(whole, 1);
    return _mm256_mul_ps(_mm256_mul_ps(x, Power(half)), Power(_mm256_sub_epi32(whole, half)));
  }
  static __m256 Power(__m256i exponent) {  // 2^exponent
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(exponent, _mm256_set1_epi32(127)), 23));
  }
  static __m128i LowHalves(__m256i x) {  // the low 16 bits of each word
    __m256i zero_high = _mm256_and_si256(x, _mm256_set1_epi32(0xffff));
    __m256i packed = _mm256_packus_epi32(zero_high, zero_high);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08));
  }
  static __m256 LowF16(__m256i x) { return _mm256_cvtph_ps(LowHalves(x)); }
  template <int kByte>
  static __m256 Int8(__m256i x) {
    return _mm256_cvtepi32_ps(_mm256_srai_epi32(_mm256_slli_epi32(x, 24 - 8 * kByte), 24));
  }
  // The lowest byte of each word: as f16 bits, whose exponent is 8 less.
  static __m256 Fp8(__m256i x) {
    __m256i magnitude = _mm256_slli_epi32(_mm256_and_si256(x, _mm256_set1_epi32(0x7f)), 7);
    __m256i sign = _mm256_slli_epi32(_mm256_and_si256(x, _mm256_set1_epi32(0x80)), 8);
    __m256 value = _mm256_mul_ps(LowF16(_mm256_or_si256(magnitude, sign)), _mm256_set1_ps(256.0f));
    __m256i nan = _mm256_cmpeq_epi32(magnitude, _mm256_set1_epi32(0x7f << 7));
    return _mm256_blendv_ps(value, _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000)), _mm256_castsi256_ps(nan));
  }
  static __m256 Lookup(__m256i index, const float* table) {  // permutevar8x32 takes the low 3 bits
    __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), index);
    __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), index);
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(index, 28)));
  }
  static __m256i Dot4(__m256i sum, __m256i bytes, const Quad& quad) {
    __m256i even = _mm256_and_si256(bytes, _mm256_set1_epi32(0x00ff00ff));
    __m256i odd = _mm256_srli_epi16(bytes, 8);
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(even, _mm256_set1_epi32(quad.even)));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(odd, _mm256_set1_epi32(quad.odd)));
    asm("" : "+x"(sum));  // or the compiler adds all products in the end, and has no registers for them
    return sum;
  }
  static __m256i Lookup(__m256i codes, const uint8_t* table) {
    __m256i all = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
    return _mm256_shuffle_epi8(all, _mm256_and_si256(codes, _mm256_set1_epi8(15)));
  }
  static __m128i Bf16(__m256 x) {
    __m256i bits = _mm256_castps_si256(x);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
    __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(x, x, _CMP_UNORD_Q));
    rounded = _mm256_blendv_epi8(rounded, _mm256_or_si256(bits, _mm256_set1_epi32(0x400000)), nan);
    return LowHalves(_mm256_srli_epi32(rounded, 16));
  }
  static void Transpose8(const uint8_t* const* rows, int64_t offset, float* to) {
    __m256 r[8];
    __m256 t[8];
    for (int i = 0; i < 8; i++) r[i] = _mm256_loadu_ps(reinterpret_cast<const float*>(rows[i] + offset));
    for (int i = 0; i < 4; i++) {
      t[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
      t[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
      r[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
      r[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xee);
      r[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
      r[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xee);
    }
    for (int i = 0; i < 4; i++) {
      _mm256_storeu_ps(to + 16 * i, _mm256_permute2f128_ps(r[i], r[4 + i], 0x20));
      _mm256_storeu_ps(to + 16 * (4 + i), _mm256_permute2f128_ps(r[i], r[4 + i], 0x31));
    }
  }
};

}  // namespace deltaport
