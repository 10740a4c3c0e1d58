// A MatmulKernel made of the templates, compiled for one level.
#pragma once

#include "matmul/matmul_kernel.h"
#include "matmul/multiply_panels.h"
#include "matmul/panels.h"
#include "matmul/tile.h"

namespace deltaport {

template <class Form>
struct FormFunctions {
  using V = typename Form::Lanes;
  using Lanes = V;
  using PanelsOf = Panels<Form>;
  // One row is bound by memory, which one stream serves best, unless the sums of many elements a word wait for each
  // other.
  static constexpr int64_t kPairFrom = Form::kElements >= 4 ? 1 : 2;

  static int64_t RowFloats(const WeightView& weight) { return Panels<Form>(weight, 1).words() * Form::kElements; }
  static int64_t RowFloats(const Panels<Form>& panels, int64_t chunk) {  // before this chunk
    return panels.chunk_begin(chunk) * Form::kElements;
  }
  template <int kVectors>
  static TileFunction Tile(const Panels<Form>&, int64_t height) {
    return TileOf<Form, kVectors>(height);
  }

  static void Pack(const float* const* from, int64_t height, int64_t begin, int64_t end, int64_t columns, float* tile) {
    int64_t elements = (columns + Form::kElements * Form::kFloats - 1) / (Form::kElements * Form::kFloats);
    elements *= Form::kElements;  // of a row, to whole words
    int64_t last = end == columns ? elements : end / Form::kFloats;
    alignas(64) float line[16][16];
    alignas(64) float turned[16][16];
    for (int64_t k = begin / Form::kFloats; k < last; k += 16) {
      int64_t column = k * Form::kFloats;
      int64_t available = columns - column > 0 ? columns - column : 0;
      for (int64_t i = 0; i < height; i++) Form::Round(from[i] + (column - begin), available, line[i]);
      int64_t count = last - k < 16 ? last - k : 16;
      if (height == 1) {
        V::Store(tile + k, V::Load(line[0]), count);
        continue;
      }
      V::Transpose(reinterpret_cast<const uint8_t*>(line), 64, turned[0]);
      for (int64_t e = 0; e < count; e++) V::Store(tile + (k + e) * height, V::Load(turned[e]), height);
    }
  }

  static int64_t PanelFloats(const WeightView& weight) { return Panels<Form>(weight, 1).panel_floats(); }
  static void MakePanel(const WeightView& weight, int64_t panel, float* to) { Panels<Form>(weight, 1).Make(panel, to); }
};

template <class Form>
const MatmulKernel* MakeForm() {
  using Functions = FormFunctions<Form>;
  static constexpr MatmulKernel form = {
      Form::Lanes::kRows,        Panels<Form>::Takes,     Functions::RowFloats,          Functions::Pack,
      MultiplyPanels<Functions>, PanelScratch<Functions>, SiluMul<typename Form::Lanes>, Functions::PanelFloats,
      Functions::MakePanel};
  return &form;
}

// The exact form of each format.
template <class V>
const MatmulKernel* MakeExactForm(Format format) {
  switch (format) {
    case Format::kF32:
      return MakeForm<ExactForm<V, WidenF32>>();
    case Format::kBf16:
      return MakeForm<ExactForm<V, WidenBf16>>();
    case Format::kF16:
      return MakeForm<ExactForm<V, WidenF16>>();
    case Format::kFp8:
      return MakeForm<ExactForm<V, WidenFp8>>();
    case Format::kInt8:
      return MakeForm<ExactForm<V, WidenInt8>>();
    case Format::kInt4:
    case Format::kFp4:
      return MakeForm<ExactForm<V, WidenPacked>>();
    case Format::kE8m0:
    case Format::kNone:
      break;
  }
  return nullptr;
}

}  // namespace deltaport
