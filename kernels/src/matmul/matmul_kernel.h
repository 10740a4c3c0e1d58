// What a register tile of one instruction set does with weights of one format, behind function pointers: the loops
// above it are plain C++ and compiled once.
#pragma once

#include <cstdint>

#include "core/dispatch.h"
#include "core/sizes.h"
#include "core/weight.h"

namespace deltaport {

// Activations packed for the register tile: rows in tiles of even height, each tile one stretch of `data`.
struct PackedRows {
  float* data;         // [rows * row_floats]
  int64_t rows;        // of the matrix
  int64_t row_floats;  // a row takes, packed
  int64_t tile_rows;   // at most in a tile

  int64_t tiles() const { return CeilDiv(rows, tile_rows); }
  int64_t begin(int64_t tile) const { return rows * tile / tiles(); }
  int64_t height(int64_t tile) const { return begin(tile + 1) - begin(tile); }
  float* tile(int64_t t) const { return data + begin(t) * row_floats; }
};

// Neighbouring panels (16 rows each) of a weight, from an even one on.
struct PanelRange {
  const WeightView& weight;
  int64_t first;
  int64_t count;
  float* scratch;  // as many floats as the kernel says
};

// Where a product goes: rows `stride` apart, `width` columns, 16 a panel but for the last.
struct ProductOutput {
  float* c;
  int64_t stride;
  int64_t width;
};

struct MatmulKernel {
  int64_t tile_rows;  // highest tile
  bool (*takes)(const WeightView& weight);
  // Floats of a packed row of activations [weight.in].
  int64_t (*row_floats)(const WeightView& weight);
  // Packs columns [begin, end) of `height` rows into their tile; begin is a multiple of 32, end too or `columns`, the
  // width of the rows. from[i] points at column `begin` of row i.
  void (*pack)(const float* const* from, int64_t height, int64_t begin, int64_t end, int64_t columns, float* tile);
  // out.c of the rows in tiles [begin, end) = rows times panels.
  void (*multiply)(const PanelRange& range, const PackedRows& rows, int64_t begin, int64_t end,
                   const ProductOutput& out);
  // Floats of a range's scratch where a weight meets `rows` rows.
  int64_t (*scratch_floats)(const WeightView& weight, int64_t rows);
  // gate [n] = silu(gate) * up [n].
  void (*silu_mul)(float* gate, const float* up, int64_t n);
  // A weight kept in memory: floats of one panel, and the panel itself.
  int64_t (*panel_floats)(const WeightView& weight);
  void (*make_panel)(const WeightView& weight, int64_t panel, float* to);  // to [panel_floats]
};

inline int64_t PanelCount(const WeightView& weight) { return CeilDiv(weight.out, 16); }

// The micro-kernel for a weight: in fast mode the instruction set's fast one if it has one that takes the weight, else
// the exact one of the highest set allowed; null where there is none, so that the reference has to serve.
const MatmulKernel* MatmulKernelFor(Isa isa, Compute compute, const WeightView& weight);

// Whether fast mode has a form of its own for the weight.
bool HasFastMatmulKernel(Isa isa, const WeightView& weight);

// By instruction set, null where one has nothing of its own for the format.
const MatmulKernel* Avx2Matmul(Format format);        // exact
const MatmulKernel* Avx512Matmul(Format format);      // exact
const MatmulKernel* NeonMatmul(Format format);        // exact
const MatmulKernel* Avx2ByteMatmul(Format format);    // fast
const MatmulKernel* Avx512ByteMatmul(Format format);  // fast
const MatmulKernel* Avx512Bf16Matmul(Format format);  // fast
const MatmulKernel* Avx512VnniMatmul(Format format);  // fast
const MatmulKernel* NeonByteMatmul(Format format);    // fast

}  // namespace deltaport
