// A MatmulKernel of products of bytes, compiled for one level.
#pragma once

#include "matmul/byte_panels.h"
#include "matmul/multiply_panels.h"

namespace deltaport {

template <class V, Format kFormat>
struct ByteFunctions {
  using Lanes = V;
  using PanelsOf = BytePanels<V, kFormat>;
  static constexpr int64_t kPairFrom = kFormat == Format::kInt4 ? 1 : 2;  // as measured for one row

  template <int kVectors>
  static ByteTileFunction Tile(const PanelsOf& panels, int64_t height) {
    return panels.codes() ? ByteTileOf<V, true, kVectors>(height) : ByteTileOf<V, false, kVectors>(height);
  }

  static int64_t RowFloats(const WeightView& weight) { return PanelsOf(weight, 1).blocks() * kBlockFloats<V>; }
  static int64_t RowFloats(const PanelsOf& panels, int64_t chunk) {  // before this chunk
    return panels.chunk_begin(chunk) * kBlockFloats<V>;
  }

  static void Pack(const float* const* from, int64_t height, int64_t begin, int64_t end, int64_t, float* tile) {
    for (int64_t column = begin; column < end; column += kByteBlock) {
      float* block = tile + column / kByteBlock * kBlockFloats<V> * height;
      for (int64_t i = 0; i < height; i++) PackBlock(from[i] + column - begin, end - column, block, height, i);
    }
  }

  // n activations, at most 32 of them, as row i of a block: scale = largest / 127, quads = x * (127 / largest) rounded
  // to nearest even.
  static void PackBlock(const float* from, int64_t n, float* block, int64_t height, int64_t i) {
    typename V::F low = V::Load(from, n);
    typename V::F high = n > 16 ? V::Load(from + 16, n - 16) : V::Zero();
    float largest = V::Largest(V::Max(Magnitude(low), Magnitude(high)));
    float inverse = largest < kSmallest ? 0.0f : 127.0f / largest;
    low = V::Round(V::Mul(low, V::Set(inverse)));
    high = V::Round(V::Mul(high, V::Set(inverse)));
    float sum = V::Sum(V::Add(low, high));
    bool finite = sum - sum == 0;  // what is not makes the product NaN
    int32_t offset = finite ? -V::kByteOffset * static_cast<int32_t>(sum) : 0;
    block[i] = finite ? largest / 127.0f : sum - sum;
    __builtin_memcpy(block + height + i, &offset, 4);
    int8_t bytes[kByteBlock];
    V::StoreInt8(bytes, low);
    V::StoreInt8(bytes + 16, high);
    for (int64_t k = 0; k < kBlockQuads; k++) {
      typename V::Quad quad = V::MakeQuad(bytes + 4 * k);
      __builtin_memcpy(block + 2 * height + (k * height + i) * kQuadFloats<V>, &quad, sizeof quad);
    }
  }

  static int64_t PanelFloats(const WeightView& weight) { return PanelsOf(weight, 1).panel_floats(); }
  static void MakePanel(const WeightView& weight, int64_t panel, float* to) { PanelsOf(weight, 1).Make(panel, to); }

 private:
  static constexpr float kSmallest = 1e-36f;  // below it 127 / x overflows

  static typename V::F Magnitude(typename V::F x) { return V::Max(x, V::Sub(V::Zero(), x)); }
};

template <class V, Format kFormat>
const MatmulKernel* MakeByteForm() {
  using Functions = ByteFunctions<V, kFormat>;
  static constexpr MatmulKernel form = {V::kByteRows,    BytePanels<V, kFormat>::Takes, Functions::RowFloats,
                                        Functions::Pack, MultiplyPanels<Functions>,     PanelScratch<Functions>,
                                        SiluMul<V>,      Functions::PanelFloats,        Functions::MakePanel};
  return &form;
}

// The form of bytes for a format, null where it has none.
template <class V>
const MatmulKernel* MakeByteForm(Format format) {
  if (format == Format::kInt8) return MakeByteForm<V, Format::kInt8>();
  return format == Format::kInt4 ? MakeByteForm<V, Format::kInt4>() : nullptr;
}

}  // namespace deltaport
