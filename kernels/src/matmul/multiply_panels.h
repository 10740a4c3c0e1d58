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
  const Panels panels[2] = {{*pair.weights[0], rows.rows}, {*pair.weights[pair.count - 1], rows.rows}};
  float* packed = MatmulBuffer(2 * panels[0].scratch_floats());
  bool together = pair.count == 2 && kVectors == 2 && rows.rows >= Product::kTogether;
  for (int64_t chunk = 0; chunk < panels[0].chunks(); chunk++) {
    typename Panels::Chunk chunks[2];
    for (int64_t j = 0; j < pair.count; j++) {
      chunks[j] = panels[j].Get(pair.panels[j], chunk, packed + j * panels[0].scratch_floats());
    }
    auto shape = panels[0].Shape(chunk);
    int64_t column = Product::RowFloats(panels[0], chunk);
    for (int64_t t = begin; t < end; t++) {
      int64_t height = rows.height(t);
      const float* a = rows.tile(t) + column * height;
      float* c = out.c + (rows.begin(t) - rows.begin(begin)) * out.stride;
      for (int64_t j = 0; t == end - 1 && j < pair.count; j++) {
        chunks[j].ahead = panels[j].Ahead(pair.panels[j], pair.step, chunks[j]);
      }
      if (together) {
        Product::template Tile<kVectors>(panels[0], height)(a, chunks, shape, {c, out.stride, out.width});
        continue;
      }
      for (int64_t j = 0; j < pair.count; j++) {
        Product::template Tile<1>(panels[0], height)(a, chunks + j, shape,
                                                     {c + 16 * j, out.stride, out.width - 16 * j});
      }
    }
  }
}

// MatmulForm::silu_mul.
template <class V>
void SiluMul(const float* c, int64_t rows, int64_t n, float* to, int64_t stride) {
  for (int64_t i = 0; i < rows; i++) {
    typename V::F gate = V::Load(c + 32 * i);
    V::Store(to + i * stride, V::Mul(Silu<V>(gate), V::Load(c + 32 * i + 16)), n);
  }
}

}  // namespace deltaport
