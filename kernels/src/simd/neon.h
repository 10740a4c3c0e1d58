// Sixteen float lanes in four NEON registers (with dot products of bytes). Include only in files compiled for it.
#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "core/dispatch.h"

namespace deltaport {

struct Neon {
  struct F {  // 16 floats
    float32x4_t a, b, c, d;
  };
  struct I {  // 16 words of 32 bits
    uint32x4_t a, b, c, d;
  };
  static constexpr Isa kLevel = Isa::kNeon;
  static constexpr int kVectors = 1;       // width of a register tile
  static constexpr int kRows = 6;          // its height
  static constexpr int kPairRows = 1;      // its height where it is two vectors wide
  static constexpr int kDeltaVectors = 2;  // of a state that passes through memory, side by side

  static F Zero() { return Set(0.0f); }
  static F Set(float x) { return {vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x), vdupq_n_f32(x)}; }
  static F Load(const float* p) { return {vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)}; }
  static F Load(const float* p, int64_t n) {  // lanes beyond n are 0
    if (n >= 16) return Load(p);
    return {LoadSome(p, n), LoadSome(p + 4, n - 4), LoadSome(p + 8, n - 8), LoadSome(p + 12, n - 12)};
  }
  static void Store(float* p, F x) {
    vst1q_f32(p, x.a);
    vst1q_f32(p + 4, x.b);
    vst1q_f32(p + 8, x.c);
    vst1q_f32(p + 12, x.d);
  }
  static void Store(float* p, F x, int64_t n) {  // the first n lanes
    if (n >= 16) return Store(p, x);
    StoreSome(p, x.a, n);
    StoreSome(p + 4, x.b, n - 4);
    StoreSome(p + 8, x.c, n - 8);
    StoreSome(p + 12, x.d, n - 12);
  }

  // Past the caches on x86, to a boundary of 64 bytes; NEON has no such store.
  static void Stream(float* p, F x) { Store(p, x); }
  static void Fence() {}

  static F Add(F x, F y) {
    return {vaddq_f32(x.a, y.a), vaddq_f32(x.b, y.b), vaddq_f32(x.c, y.c), vaddq_f32(x.d, y.d)};
  }
  static F Sub(F x, F y) {
    return {vsubq_f32(x.a, y.a), vsubq_f32(x.b, y.b), vsubq_f32(x.c, y.c), vsubq_f32(x.d, y.d)};
  }
  static F Mul(F x, F y) {
    return {vmulq_f32(x.a, y.a), vmulq_f32(x.b, y.b), vmulq_f32(x.c, y.c), vmulq_f32(x.d, y.d)};
  }
  static F Div(F x, F y) {
    return {vdivq_f32(x.a, y.a), vdivq_f32(x.b, y.b), vdivq_f32(x.c, y.c), vdivq_f32(x.d, y.d)};
  }
  // As on x86 y where one is not a number: NEON's own would hand on a NaN of either.
  static F Max(F x, F y) { return {Max(x.a, y.a), Max(x.b, y.b), Max(x.c, y.c), Max(x.d, y.d)}; }
  static F Min(F x, F y) { return {Min(x.a, y.a), Min(x.b, y.b), Min(x.c, y.c), Min(x.d, y.d)}; }
  static F Fma(F x, F y, F z) {  // x * y + z
    return {vfmaq_f32(z.a, x.a, y.a), vfmaq_f32(z.b, x.b, y.b), vfmaq_f32(z.c, x.c, y.c), vfmaq_f32(z.d, x.d, y.d)};
  }
  static F Fnma(F x, F y, F z) {  // z - x * y
    return {vfmsq_f32(z.a, x.a, y.a), vfmsq_f32(z.b, x.b, y.b), vfmsq_f32(z.c, x.c, y.c), vfmsq_f32(z.d, x.d, y.d)};
  }
  // A bit for each lane of x that is above y or where one is not a number.
  static uint32_t NotAtMost(F x, F y) {
    uint8x16_t at_most = Bytes({vcleq_f32(x.a, y.a), vcleq_f32(x.b, y.b), vcleq_f32(x.c, y.c), vcleq_f32(x.d, y.d)});
    uint8x16_t bits = vbicq_u8(vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201u)), at_most);
    uint32_t low = vaddv_u8(vget_low_u8(bits));
    uint32_t high = vaddv_u8(vget_high_u8(bits));
    return low | high << 8;
  }
  static float Sum(F x) {
    float32x4_t four = vaddq_f32(vaddq_f32(x.a, x.c), vaddq_f32(x.b, x.d));
    float32x2_t two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
    return vget_lane_f32(two, 0) + vget_lane_f32(two, 1);
  }
  static float First(F x) { return vgetq_lane_f32(x.a, 0); }
  static float Largest(F x) {
    float32x4_t four = Max(Max(x.a, x.c), Max(x.b, x.d));
    float32x4_t two = Max(four, vextq_f32(four, four, 2));
    return vgetq_lane_f32(Max(two, vextq_f32(two, two, 1)), 0);
  }

  static F Round(F x) { return {vrndnq_f32(x.a), vrndnq_f32(x.b), vrndnq_f32(x.c), vrndnq_f32(x.d)}; }
  // x * 2^exponent, exponent whole; in two steps, since 2^exponent itself may be too small for a float.
  static F Scale(F x, F exponent) {
    return {Scale(x.a, exponent.a), Scale(x.b, exponent.b), Scale(x.c, exponent.c), Scale(x.d, exponent.d)};
  }

  static I LoadWords(const void* p) {
    const uint8_t* from = static_cast<const uint8_t*>(p);
    return {LoadFour(from), LoadFour(from + 16), LoadFour(from + 32), LoadFour(from + 48)};
  }
  static void StoreWords(void* p, I x) {
    uint8_t* to = static_cast<uint8_t*>(p);
    vst1q_u8(to, vreinterpretq_u8_u32(x.a));
    vst1q_u8(to + 16, vreinterpretq_u8_u32(x.b));
    vst1q_u8(to + 32, vreinterpretq_u8_u32(x.c));
    vst1q_u8(to + 48, vreinterpretq_u8_u32(x.d));
  }
  static F Cast(I x) {
    return {vreinterpretq_f32_u32(x.a), vreinterpretq_f32_u32(x.b), vreinterpretq_f32_u32(x.c),
            vreinterpretq_f32_u32(x.d)};
  }
  static F LowBf16(I x) {
    return Cast({vshlq_n_u32(x.a, 16), vshlq_n_u32(x.b, 16), vshlq_n_u32(x.c, 16), vshlq_n_u32(x.d, 16)});
  }
  static F HighBf16(I x) {
    uint32x4_t mask = vdupq_n_u32(0xffff0000u);
    return Cast({vandq_u32(x.a, mask), vandq_u32(x.b, mask), vandq_u32(x.c, mask), vandq_u32(x.d, mask)});
  }
  static F LowF16(I x) {
    return {FromF16(vmovn_u32(x.a)), FromF16(vmovn_u32(x.b)), FromF16(vmovn_u32(x.c)), FromF16(vmovn_u32(x.d))};
  }
  static F HighF16(I x) {
    return {FromF16(vshrn_n_u32(x.a, 16)), FromF16(vshrn_n_u32(x.b, 16)), FromF16(vshrn_n_u32(x.c, 16)),
            FromF16(vshrn_n_u32(x.d, 16))};
  }
  template <int kByte>
  static F Int8(I x) {  // signed byte kByte of each word
    return {Int8<kByte>(x.a), Int8<kByte>(x.b), Int8<kByte>(x.c), Int8<kByte>(x.d)};
  }
  template <int kByte>
  static F Fp8(I x) {  // e4m3fn byte kByte of each word
    return {Fp8(ShiftRight<8 * kByte>(x.a)), Fp8(ShiftRight<8 * kByte>(x.b)), Fp8(ShiftRight<8 * kByte>(x.c)),
            Fp8(ShiftRight<8 * kByte>(x.d))};
  }
  template <int kNibble>
  static F Lookup(I x, const float* table) {  // table [16], by nibble kNibble of each word
    uint8x16x4_t all = vld1q_u8_x4(reinterpret_cast<const uint8_t*>(table));
    return {Lookup(ShiftRight<4 * kNibble>(x.a), all), Lookup(ShiftRight<4 * kNibble>(x.b), all),
            Lookup(ShiftRight<4 * kNibble>(x.c), all), Lookup(ShiftRight<4 * kNibble>(x.d), all)};
  }
  static F LoadBf16(const void* p) {
    uint16x8_t low = LoadHalves(p, 0);
    uint16x8_t high = LoadHalves(p, 1);
    return LowBf16(
        {vmovl_u16(vget_low_u16(low)), vmovl_high_u16(low), vmovl_u16(vget_low_u16(high)), vmovl_high_u16(high)});
  }
  static F LoadInt8(const void* p) {
    int8x16_t bytes = vld1q_s8(static_cast<const int8_t*>(p));
    int16x8_t low = vmovl_s8(vget_low_s8(bytes));
    int16x8_t high = vmovl_high_s8(bytes);
    return {vcvtq_f32_s32(vmovl_s16(vget_low_s16(low))), vcvtq_f32_s32(vmovl_high_s16(low)),
            vcvtq_f32_s32(vmovl_s16(vget_low_s16(high))), vcvtq_f32_s32(vmovl_high_s16(high))};
  }
  static F LoadF16(const void* p) {
    uint16x8_t low = LoadHalves(p, 0);
    uint16x8_t high = LoadHalves(p, 1);
    return {FromF16(vget_low_u16(low)), FromF16(vget_high_u16(low)), FromF16(vget_low_u16(high)),
            FromF16(vget_high_u16(high))};
  }

  // Products of bytes: every word of a weight is four int8, and meets a quad, four int8 activations.
  using Quad = int32_t;
  static constexpr int kByteRows = 3;    // height of a register tile
  static constexpr int kByteOffset = 0;  // added to the bytes of a weight
  static Quad MakeQuad(const int8_t* from) {
    Quad quad = 0;
    __builtin_memcpy(&quad, from, 4);
    return quad;
  }
  static I SetWord(int32_t x) {
    uint32x4_t word = vdupq_n_u32(static_cast<uint32_t>(x));
    return {word, word, word, word};
  }
  static F ToFloat(I x) {
    return {vcvtq_f32_s32(vreinterpretq_s32_u32(x.a)), vcvtq_f32_s32(vreinterpretq_s32_u32(x.b)),
            vcvtq_f32_s32(vreinterpretq_s32_u32(x.c)), vcvtq_f32_s32(vreinterpretq_s32_u32(x.d))};
  }
  static I Dot4(I sum, I bytes, const Quad& quad) {
    int8x16_t all = vreinterpretq_s8_s32(vdupq_n_s32(quad));
    return {Dot4(sum.a, bytes.a, all), Dot4(sum.b, bytes.b, all), Dot4(sum.c, bytes.c, all), Dot4(sum.d, bytes.d, all)};
  }
  // The bytes of a table [16] by the low nibble of each byte, and by the high one.
  static I LookupLow(I codes, const uint8_t* table) {
    uint8x16_t all = vld1q_u8(table);
    uint8x16_t mask = vdupq_n_u8(15);
    return {LookupBytes(all, vandq_u8(vreinterpretq_u8_u32(codes.a), mask)),
            LookupBytes(all, vandq_u8(vreinterpretq_u8_u32(codes.b), mask)),
            LookupBytes(all, vandq_u8(vreinterpretq_u8_u32(codes.c), mask)),
            LookupBytes(all, vandq_u8(vreinterpretq_u8_u32(codes.d), mask))};
  }
  static I LookupHigh(I codes, const uint8_t* table) {
    uint8x16_t all = vld1q_u8(table);
    return {LookupBytes(all, vshrq_n_u8(vreinterpretq_u8_u32(codes.a), 4)),
            LookupBytes(all, vshrq_n_u8(vreinterpretq_u8_u32(codes.b), 4)),
            LookupBytes(all, vshrq_n_u8(vreinterpretq_u8_u32(codes.c), 4)),
            LookupBytes(all, vshrq_n_u8(vreinterpretq_u8_u32(codes.d), 4))};
  }
  static void StoreInt8(int8_t* to, F x) {  // rounds to nearest even; |x| <= 127
    vst1q_u8(reinterpret_cast<uint8_t*>(to), Bytes({Nearest(x.a), Nearest(x.b), Nearest(x.c), Nearest(x.d)}));
  }

  static float LoadScale(Format format, const uint8_t* from, int64_t i) {  // f32, f16 or bf16 at any byte
    uint32_t bits = 0;
    __builtin_memcpy(&bits, from + (format == Format::kF32 ? 4 : 2) * i, format == Format::kF32 ? 4 : 2);
    if (format == Format::kF16) return vgetq_lane_f32(FromF16(vdup_n_u16(static_cast<uint16_t>(bits))), 0);
    if (format == Format::kBf16) bits <<= 16;
    return vgetq_lane_f32(vreinterpretq_f32_u32(vdupq_n_u32(bits)), 0);
  }

  // to[j][i] = word j of row i, for 16 rows of 16 words that lie `stride` bytes apart.
  static void Transpose(const uint8_t* from, int64_t stride, float* to) {
    const uint8_t* rows[16];
    for (int64_t i = 0; i < 16; i++) rows[i] = from + i * stride;
    Transpose(rows, 0, to);
  }

  // The same for rows anywhere, each from byte `offset` on.
  static void Transpose(const uint8_t* const* rows, int64_t offset, float* to) {
    for (int64_t i = 0; i < 16; i += 4) {
      for (int64_t j = 0; j < 16; j += 4) Transpose4(rows + i, offset + 4 * j, to + 16 * j + i);
    }
  }

 private:
  static float32x4_t LoadSome(const float* p, int64_t n) {
    if (n >= 4) return vld1q_f32(p);
    float32x4_t x = vdupq_n_f32(0.0f);
    if (n >= 1) x = vld1q_lane_f32(p, x, 0);
    if (n >= 2) x = vld1q_lane_f32(p + 1, x, 1);
    if (n >= 3) x = vld1q_lane_f32(p + 2, x, 2);
    return x;
  }
  static void StoreSome(float* p, float32x4_t x, int64_t n) {
    if (n >= 4) return vst1q_f32(p, x);
    if (n >= 1) vst1q_lane_f32(p, x, 0);
    if (n >= 2) vst1q_lane_f32(p + 1, x, 1);
    if (n >= 3) vst1q_lane_f32(p + 2, x, 2);
  }
  static float32x4_t Max(float32x4_t x, float32x4_t y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }
  static float32x4_t Min(float32x4_t x, float32x4_t y) { return vbslq_f32(vcltq_f32(x, y), x, y); }
  static float32x4_t Scale(float32x4_t x, float32x4_t exponent) {
    int32x4_t whole = vcvtnq_s32_f32(Max(exponent, vdupq_n_f32(-252.0f)));
    int32x4_t half = vshrq_n_s32(whole, 1);
    return vmulq_f32(vmulq_f32(x, Power(half)), Power(vsubq_s32(whole, half)));
  }
  static float32x4_t Power(int32x4_t exponent) {  // 2^exponent
    return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(exponent, vdupq_n_s32(127)), 23));
  }
  static uint32x4_t LoadFour(const uint8_t* from) { return vreinterpretq_u32_u8(vld1q_u8(from)); }
  static uint16x8_t LoadHalves(const void* p, int64_t i) {
    return vreinterpretq_u16_u8(vld1q_u8(static_cast<const uint8_t*>(p) + 16 * i));
  }
  template <int kBits>
  static uint32x4_t ShiftRight(uint32x4_t x) {
    if constexpr (kBits == 0)
      return x;
    else
      return vshrq_n_u32(x, kBits);
  }
  static float32x4_t FromF16(uint16x4_t halves) { return vcvt_f32_f16(vreinterpret_f16_u16(halves)); }
  template <int kByte>
  static float32x4_t Int8(uint32x4_t x) {
    return vcvtq_f32_s32(vshrq_n_s32(vreinterpretq_s32_u32(vshlq_n_u32(x, 24 - 8 * kByte)), 24));
  }
  // The lowest byte of each word: as f16 bits, whose exponent is 8 less.
  static float32x4_t Fp8(uint32x4_t x) {
    uint32x4_t magnitude = vshlq_n_u32(vandq_u32(x, vdupq_n_u32(0x7f)), 7);
    uint32x4_t sign = vshlq_n_u32(vandq_u32(x, vdupq_n_u32(0x80)), 8);
    float32x4_t value = vmulq_f32(FromF16(vmovn_u32(vorrq_u32(magnitude, sign))), vdupq_n_f32(256.0f));
    uint32x4_t nan = vceqq_u32(magnitude, vdupq_n_u32(0x7f << 7));
    return vbslq_f32(nan, vreinterpretq_f32_u32(vdupq_n_u32(0x7fc00000)), value);
  }
  // By the lowest nibble of each word; a table of bytes, so four indexes a float.
  static float32x4_t Lookup(uint32x4_t x, const uint8x16x4_t& table) {
    uint32x4_t nibble = vandq_u32(x, vdupq_n_u32(15));
    uint32x4_t bytes = vmlaq_u32(vdupq_n_u32(0x03020100), nibble, vdupq_n_u32(0x04040404));
    return vreinterpretq_f32_u8(vqtbl4q_u8(table, vreinterpretq_u8_u32(bytes)));
  }
  static uint32x4_t Dot4(uint32x4_t sum, uint32x4_t bytes, int8x16_t quads) {
    return vreinterpretq_u32_s32(vdotq_s32(vreinterpretq_s32_u32(sum), vreinterpretq_s8_u32(bytes), quads));
  }
  static uint32x4_t LookupBytes(uint8x16_t table, uint8x16_t codes) {
    return vreinterpretq_u32_u8(vqtbl1q_u8(table, codes));
  }
  static uint32x4_t Nearest(float32x4_t x) { return vreinterpretq_u32_s32(vcvtnq_s32_f32(x)); }
  static uint8x16_t Bytes(I x) {  // the lowest of each word
    uint16x8_t low = vuzp1q_u16(vreinterpretq_u16_u32(x.a), vreinterpretq_u16_u32(x.b));
    uint16x8_t high = vuzp1q_u16(vreinterpretq_u16_u32(x.c), vreinterpretq_u16_u32(x.d));
    return vuzp1q_u8(vreinterpretq_u8_u16(low), vreinterpretq_u8_u16(high));
  }
  static void Transpose4(const uint8_t* const* rows, int64_t offset, float* to) {
    uint32x4_t r[4];
    for (int i = 0; i < 4; i++) r[i] = LoadFour(rows[i] + offset);
    uint64x2_t even[2];  // words 0 and 2 of two rows
    uint64x2_t odd[2];
    for (int i = 0; i < 2; i++) {
      even[i] = vreinterpretq_u64_u32(vtrn1q_u32(r[2 * i], r[2 * i + 1]));
      odd[i] = vreinterpretq_u64_u32(vtrn2q_u32(r[2 * i], r[2 * i + 1]));
    }
    vst1q_f32(to, vreinterpretq_f32_u64(vtrn1q_u64(even[0], even[1])));
    vst1q_f32(to + 16, vreinterpretq_f32_u64(vtrn1q_u64(odd[0], odd[1])));
    vst1q_f32(to + 32, vreinterpretq_f32_u64(vtrn2q_u64(even[0], even[1])));
    vst1q_f32(to + 48, vreinterpretq_f32_u64(vtrn2q_u64(odd[0], odd[1])));
  }
};

}  // namespace deltaport
