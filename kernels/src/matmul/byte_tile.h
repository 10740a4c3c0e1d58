// The register tile of products of bytes: int8 weights, or codes of a codebook of bytes, against int8 activations whose
// every 32 share a scale. A stretch of 32 is summed in int32, which is exact, then scaled and added in float32.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "matmul/matmul_kernel.h"

namespace deltaport {

constexpr int64_t kByteBlock = 32;  // activations of one scale
constexpr int kBlockQuads = 8;

// A stretch of one panel along `in`; a block is 32 columns. Everything lies in the order in which it is read, since a
// gap stops the processor from reading ahead: the scales of two times scale_blocks blocks, float16 [2, 16], then the
// words of these blocks, [8, 16] each of four bytes, a weight plus V::kByteOffset, or [4, 16] of eight codes; and so
// on.
struct BytePanel {
  const uint32_t* words;
  const uint8_t* table;   // [16], what the codes stand for plus V::kByteOffset
  const uint32_t* ahead;  // as words: what is fetched into the second cache on the way
};

// What the panels of one product share.
struct ByteShape {
  int64_t blocks;        // of this stretch
  int64_t scale_blocks;  // that share one scale
  bool first;            // sums start here, not from what c holds
};

template <class V>
constexpr int64_t kQuadFloats = static_cast<int64_t>(sizeof(typename V::Quad)) / 4;

// Floats that a block takes in a row of packed activations: its scale, -kByteOffset times its sum, its quads.
template <class V>
constexpr int64_t kBlockFloats = 2 + kBlockQuads * kQuadFloats<V>;

// What lies in memory of floats and is none: as a copy of bytes, since the compiler takes it that a pointer to another
// type points elsewhere.
template <class T>
inline __attribute__((always_inline)) T FromFloats(const float* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

// Whether to ask for the panels ahead: with one or two rows of int8 the processor's own reading ahead is faster, codes
// leave it too little time.
template <bool kCodes, int kRows>
constexpr bool kFetchAhead = kCodes || kRows > 2;

// sums += 32 columns of a W^T, where a are the scales [kRows], offsets [kRows] and quads [8, kRows] of a block.
template <class V, bool kCodes, int kRows, int kVectors>
inline __attribute__((always_inline)) void TileBlock(const float* a, const uint32_t* const* words,
                                                     const uint32_t* const* ahead, const BytePanel* panels,
                                                     const typename V::F* scales, typename V::F (*sums)[kVectors]) {
  typename V::I dots[kRows][kVectors];
#pragma GCC unroll 12
  for (int i = 0; i < kRows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) dots[i][j] = V::SetWord(FromFloats<int32_t>(a + kRows + i));
  }
#pragma GCC unroll 8
  for (int k = 0; k < kBlockQuads; k++) {
    typename V::I bytes[kVectors];
    int at = 16 * (kCodes ? k / 2 : k);
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      bytes[j] = V::LoadWords(words[j] + at);
      if (kCodes)
        bytes[j] = k % 2 == 0 ? V::LookupLow(bytes[j], panels[j].table) : V::LookupHigh(bytes[j], panels[j].table);
      if (kFetchAhead<kCodes, kRows> && !(kCodes && k % 2 == 1)) __builtin_prefetch(ahead[j] + at, 0, 2);
    }
#pragma GCC unroll 12
    for (int i = 0; i < kRows; i++) {
      auto quad = FromFloats<typename V::Quad>(a + 2 * kRows + (k * kRows + i) * kQuadFloats<V>);
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) dots[i][j] = V::Dot4(dots[i][j], bytes[j], quad);
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kRows; i++) {
    typename V::F scale = V::Set(a[i]);
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      sums[i][j] = V::Fma(V::ToFloat(dots[i][j]), V::Mul(scale, scales[j]), sums[i][j]);
    }
  }
}

// c [kRows, 16 * kVectors] (+)= a W^T, where a are packed activations [blocks].
template <class V, bool kCodes, int kRows, int kVectors>
void ByteTile(const float* a, const BytePanel* panels, const ByteShape& shape, const ProductOutput& out) {
  typename V::F sums[kRows][kVectors];
#pragma GCC unroll 12
  for (int i = 0; i < kRows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      sums[i][j] = V::Zero();
      if (!shape.first && out.width > 16 * j) {
        sums[i][j] = V::Load(out.c + i * out.stride + 16 * j, out.width - 16 * j);
      }
    }
  }
  const uint32_t* words[kVectors];
  const uint32_t* ahead[kVectors];
#pragma GCC unroll 2
  for (int j = 0; j < kVectors; j++) {
    words[j] = panels[j].words;
    ahead[j] = panels[j].ahead;
  }
  const uint16_t* halves[kVectors] = {};
  bool second = false;
  for (int64_t begin = 0; begin < shape.blocks; begin += shape.scale_blocks, second = !second) {
    int64_t end = begin + shape.scale_blocks < shape.blocks ? begin + shape.scale_blocks : shape.blocks;
    typename V::F scales[kVectors];
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      if (!second) {
        halves[j] = reinterpret_cast<const uint16_t*>(words[j]);
        if (kFetchAhead<kCodes, kRows>) __builtin_prefetch(ahead[j], 0, 2);
        words[j] += 16;
        ahead[j] += 16;
      }
      scales[j] = V::LoadF16(halves[j] + (second ? 16 : 0));
    }
    for (int64_t block = begin; block < end; block++) {
      TileBlock<V, kCodes, kRows, kVectors>(a, words, ahead, panels, scales, sums);
      a += kRows * kBlockFloats<V>;
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) {
        words[j] += kCodes ? 64 : 128;
        ahead[j] += kCodes ? 64 : 128;
      }
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < kRows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      if (out.width > 16 * j) V::Store(out.c + i * out.stride + 16 * j, sums[i][j], out.width - 16 * j);
    }
  }
}

using ByteTileFunction = void (*)(const float*, const BytePanel*, const ByteShape&, const ProductOutput&);

template <class V, bool kCodes, int kVectors, size_t... rows>
constexpr std::array<ByteTileFunction, sizeof...(rows)> ByteTileTable(std::index_sequence<rows...>) {
  return {ByteTile<V, kCodes, static_cast<int>(rows) + 1, kVectors>...};
}

// The tile of `rows` rows, 1 to V::kByteRows, at most V::kPairRows where it is two vectors wide.
template <class V, bool kCodes, int kVectors>
ByteTileFunction ByteTileOf(int64_t rows) {
  constexpr int kRows = kVectors == 2 && V::kPairRows < V::kByteRows ? V::kPairRows : V::kByteRows;
  static constexpr auto kTiles = ByteTileTable<V, kCodes, kVectors>(std::make_index_sequence<kRows>());
  return kTiles[static_cast<size_t>(rows - 1)];
}

}  // namespace deltaport
