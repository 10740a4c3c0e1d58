// Rows of packed activations times panels of weights, whatever the panels hold. Compiled for one level.
#pragma once

#include "matmul/matmul_kernel.h"
#include "simd/math.h"

namespace deltaport {

// Two neighbouring panels at most, from panel `first` on, times the row tiles [begin, end).
template <class Product>
void MultiplyPair(const typename Product::PanelsOf& panels, int64_t first, int64_t count, const PackedRows& rows,
                  int64_t begin, int64_t end, float* packed, const ProductOutput& out) {
  bool pair = count == 2 && rows.rows >= Product::kPairFrom;
  for (int64_t chunk = 0; chunk < panels.chunks(); chunk++) {
    typename Product::PanelsOf::Chunk chunks[2];
    for (int64_t j = 0; j < count; j++) {
      chunks[j] = panels.Get(first + j, chunk, packed + j * panels.scratch_floats());
    }
    auto shape = panels.Shape(chunk);
    int64_t column = Product::RowFloats(panels, chunk);
    for (int64_t t = begin; t < end; t++) {
      int64_t height = rows.height(t);
      const float* a = rows.tile(t) + column * height;
      float* c = out.c + (rows.begin(t) - rows.begin(begin)) * out.stride;
      for (int64_t j = 0; t == end - 1 && j < count; j++) chunks[j].ahead = panels.Ahead(first + j, 2, chunks[j]);
      if (pair && height <= Product::Lanes::kPairRows) {
        Product::template Tile<2>(panels, height)(a, chunks, shape, {c, out.stride, out.width});
        continue;
      }
      for (int64_t j = 0; j < count; j++) {
        Product::template Tile<1>(panels, height)(a, chunks + j, shape, {c + 16 * j, out.stride, out.width - 16 * j});
      }
    }
  }
}

// MatmulKernel::multiply. Product names the panels of a weight, their tiles, where a chunk of them meets the
// activations and from how many rows on two panels share a tile.
template <class Product>
void MultiplyPanels(const PanelRange& range, const PackedRows& rows, int64_t begin, int64_t end,
                    const ProductOutput& out) {
  const typename Product::PanelsOf panels(range.weight, rows.rows);
  for (int64_t i = 0; i < range.count; i += 2) {
    MultiplyPair<Product>(panels, range.first + i, range.count - i > 1 ? 2 : 1, rows, begin, end, range.scratch,
                          {out.c + 16 * i, out.stride, out.width - 16 * i});
  }
}

// MatmulKernel::scratch_floats: of two panels.
template <class Product>
int64_t PanelScratch(const WeightView& weight, int64_t rows) {
  return 2 * typename Product::PanelsOf(weight, rows).scratch_floats();
}

// MatmulKernel::silu_mul.
template <class V>
void SiluMul(float* gate, const float* up, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) {
    typename V::F x = V::Load(gate + i, n - i);
    V::Store(gate + i, V::Mul(Silu<V>(x), V::Load(up + i, n - i)), n - i);
  }
}

}  // namespace deltaport
