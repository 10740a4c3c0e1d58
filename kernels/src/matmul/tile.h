// The register tile every matrix product is made of: up to V::kRows rows of activations against kVectors panels.
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "matmul/matmul_kernel.h"
#include "matmul/widen.h"

namespace deltaport {

// A stretch of one panel along `in`.
struct PanelChunk {
  const uint32_t* words;  // [words, 16]
  const float* scales;    // [blocks, 16], scaled forms only
  const float* zeros;     // [blocks, 16] or null
  const float* codebook;  // [16], packed only
  const uint32_t* ahead;  // [words, 16], what is fetched into the second cache on the way
};

// What the panels of one product share.
struct ChunkShape {
  int64_t words;        // of this stretch
  int64_t block_words;  // words of one scale; >= words where there are none
  bool first;           // sums start here, not from what c holds
};

template <class Form, int kRows, int kVectors, int... k>
inline __attribute__((always_inline)) void TileWord(const float* a, const typename Form::Lanes::I* words,
                                                    const BlockScale<typename Form::Lanes>* blocks,
                                                    typename Form::F (*sums)[kVectors],
                                                    std::integer_sequence<int, k...>) {
  using V = typename Form::Lanes;
  auto step = [&](auto index) __attribute__((always_inline)) {
    constexpr int kIndex = decltype(index)::value;
    typename V::F weights[kVectors];
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) weights[j] = Form::template Weight<kIndex>(words[j], blocks[j]);
#pragma GCC unroll 12
    for (int i = 0; i < kRows; i++) {
      typename V::F x = V::Set(a[kIndex * kRows + i]);
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) sums[i][j] = Form::Accumulate(sums[i][j], x, weights[j]);
    }
  };
  (step(std::integral_constant<int, k>()), ...);
}

// c [kRows, 16 * kVectors] (+)= a W^T, where a [words * Form::kElements, kRows] are packed activation elements.
template <class Form, int kRows, int kVectors>
void Tile(const float* a, const PanelChunk* panels, const ChunkShape& shape, const ProductOutput& out) {
  using V = typename Form::Lanes;
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
  int64_t block = 0;
  for (int64_t begin = 0; begin < shape.words; begin += shape.block_words, block++) {
    int64_t end = begin + shape.block_words < shape.words ? begin + shape.block_words : shape.words;
    BlockScale<V> scales[kVectors];
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++) {
      if (!Form::kScaled) continue;
      scales[j].scale = V::Load(panels[j].scales + 16 * block);
      scales[j].zero = panels[j].zeros == nullptr ? V::Zero() : V::Load(panels[j].zeros + 16 * block);
      scales[j].codebook = panels[j].codebook;
    }
    for (int64_t k = begin; k < end; k++) {
      typename V::I raw[kVectors];
#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++) {
        raw[j] = V::LoadWords(words[j] + 16 * k);
        if (kRows > 2) __builtin_prefetch(ahead[j] + 16 * k, 0, 2);  // with fewer the loads themselves are the limit
      }
      TileWord<Form, kRows, kVectors>(a, raw, scales, sums, std::make_integer_sequence<int, Form::kElements>());
      a += kRows * Form::kElements;
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

using TileFunction = void (*)(const float*, const PanelChunk*, const ChunkShape&, const ProductOutput&);

template <class Form, int kVectors, size_t... rows>
constexpr std::array<TileFunction, sizeof...(rows)> TileTable(std::index_sequence<rows...>) {
  return {Tile<Form, static_cast<int>(rows) + 1, kVectors>...};
}

// The tile of `rows` rows, 1 to V::kRows, or V::kPairRows where it is two vectors wide.
template <class Form, int kVectors>
TileFunction TileOf(int64_t rows) {
  using V = typename Form::Lanes;
  static constexpr auto kTiles =
      TileTable<Form, kVectors>(std::make_index_sequence<kVectors == 1 ? V::kRows : V::kPairRows>());
  return kTiles[static_cast<size_t>(rows - 1)];
}

}  // namespace deltaport
