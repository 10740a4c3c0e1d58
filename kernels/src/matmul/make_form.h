// A MatmulForm made of the templates, compiled for one level.
#pragma once

#include "matmul/form.h"
#include "matmul/panels.h"
#include "matmul/tile.h"
#include "simd/math.h"

namespace deltaport {

template <class Form>
struct FormFunctions {
  using V = typename Form::Lanes;
  static constexpr int64_t kColumns = 16 * Form::kFloats;  // of 16 elements

  static int64_t RowFloats(const WeightView& weight) { return Panels<Form>(weight, 1).words() * Form::kElements; }

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

  static void Multiply(const PanelPair& pair, const PackedRows& rows, int64_t begin, int64_t end,
                       const ProductOutput& out) {
    const Panels<Form> panels[2] = {{*pair.weights[0], rows.rows}, {*pair.weights[pair.count - 1], rows.rows}};
    float* packed = MatmulBuffer(2 * panels[0].scratch_floats());
    bool together = pair.count == 2 && V::kVectors == 2 && rows.rows > 1;
    for (int64_t chunk = 0; chunk < panels[0].chunks(); chunk++) {
      PanelChunk chunks[2];
      for (int64_t j = 0; j < pair.count; j++) {
        chunks[j] = panels[j].Get(pair.panels[j], chunk, packed + j * panels[0].scratch_floats());
      }
      ChunkShape shape = panels[0].Shape(chunk);
      int64_t element = panels[0].chunk_begin(chunk) * Form::kElements;
      for (int64_t t = begin; t < end; t++) {
        int64_t height = rows.height(t);
        const float* a = rows.tile(t) + element * height;
        float* c = out.c + (rows.begin(t) - rows.begin(begin)) * out.stride;
        for (int64_t j = 0; t == end - 1 && j < pair.count; j++) {
          chunks[j].ahead = panels[j].Ahead(pair.panels[j], pair.step, chunks[j]);
        }
        if (together) {
          TileOf<Form, V::kVectors>(height)(a, chunks, shape, {c, out.stride, out.width});
          continue;
        }
        for (int64_t j = 0; j < pair.count; j++) {
          TileOf<Form, 1>(height)(a, chunks + j, shape, {c + 16 * j, out.stride, out.width - 16 * j});
        }
      }
    }
  }

  static void SiluMul(const float* c, int64_t rows, int64_t n, float* to, int64_t stride) {
    for (int64_t i = 0; i < rows; i++) {
      typename V::F gate = V::Load(c + 32 * i);
      V::Store(to + i * stride, V::Mul(Silu<V>(gate), V::Load(c + 32 * i + 16)), n);
    }
  }

  static int64_t PanelFloats(const WeightView& weight) { return Panels<Form>(weight, 1).panel_floats(); }
  static void MakePanel(const WeightView& weight, int64_t panel, float* to) { Panels<Form>(weight, 1).Make(panel, to); }
};

template <class Form>
const MatmulForm* MakeForm() {
  using Functions = FormFunctions<Form>;
  static constexpr MatmulForm form = {Form::Lanes::kRows,     Panels<Form>::Takes, Functions::RowFloats,
                                      Functions::Pack,        Functions::Multiply, Functions::SiluMul,
                                      Functions::PanelFloats, Functions::MakePanel};
  return &form;
}

// The exact form of each format.
template <class V>
const MatmulForm* MakeExactForm(Format format) {
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
      return MakeForm<ExactForm<V, WidenInt4>>();
    case Format::kNone:
      break;
  }
  return nullptr;
}

}  // namespace deltaport
