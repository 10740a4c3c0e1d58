// Rows of packed activations times one or two panels of weights, whatever the panels hold. Compiled for one level.
#pragma once

#include "matmul/form.h"
#include "simd/math.h"

namespace deltaport {

// Product names the panels of a weight, their tiles, where a chunk of them meets the activations and from how many rows
// on two panels share a tile.
template <class Product>
void MultiplyPanels(const PanelPair& pair, const PackedRows& rows, int64_t begin, int64_t end,
                    const ProductOutput& out) {
  using Panels = typename Product::PanelsOf;
  constexpr int kVectors = Product::Lanes::kVectors;
  const Panels panels(pair.weight, rows.rows);
  float* packed = MatmulBuffer(2 * panels.scratch_floats());
  bool together = pair.count == 2 && kVectors == 2 && rows.rows >= Product::kTogether;
  for (int64_t chunk = 0; chunk < panels.chunks(); chunk++) {
    typename Panels::Chunk chunks[2];
    for (int64_t j = 0; j < pair.count; j++) {
      chunks[j] = panels.Get(pair.first + j, chunk, packed + j * panels.scratch_floats());
    }
    auto shape = panels.Shape(chunk);
    int64_t column = Product::RowFloats(panels, chunk);
    for (int64_t t = begin; t < end; t++) {
      int64_t height = rows.height(t);
      const float* a = rows.tile(t) + column * height;
      float* c = out.c + (rows.begin(t) - rows.begin(begin)) * out.stride;
      for (int64_t j = 0; t == end - 1 && j < pair.count; j++) {
        chunks[j].ahead = panels.Ahead(pair.first + j, 2, chunks[j]);
      }
      if (together) {
        Product::template Tile<kVectors>(panels, height)(a, chunks, shape, {c, out.stride, out.width});
        continue;
      }
      for (int64_t j = 0; j < pair.count; j++) {
        Product::template Tile<1>(panels, height)(a, chunks + j, shape, {c + 16 * j, out.stride, out.width - 16 * j});
      }
    }
  }
}

// MatmulForm::silu_mul.
template <class V>
void SiluMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) {
    typename V::F x = V::Load(gate + i, n - i);
    V::Store(gate + i, V::Mul(Silu<V>(x), V::Load(up + i, n - i)), n - i);
  }
}

}  // namespace deltaport
