// y = x W^T over register tiles: which task computes which part. Each weight is read once however many rows meet it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/parallel.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {

// Packs rows of `columns` floats; row(data, i) gives row i.
void PackRows(const MatmulKernel& form, const PackedRows& rows, const float* x, int64_t columns, Parallel& parallel);

// Columns of a product that the panel pairs [first, last) of a weight make, 32 each but for the last.
inline int64_t PairsWidth(const WeightView& weight, int64_t first, int64_t last) {
  return std::min<int64_t>(32 * last, weight.out) - 32 * first;
}

// The rows in tiles [begin, end) times the panel pairs [first, last) of a weight, panels 2 * pair and 2 * pair + 1
// each; c, rows `stride` apart, gets these columns of the product; scratch as in PanelRange.
void MultiplyPairs(const MatmulKernel& form, const WeightView& weight, int64_t first, int64_t last,
                   const PackedRows& rows, int64_t begin, int64_t end, float* c, int64_t stride, float* scratch);

// y [tokens, weight.out] = x [tokens, weight.in] W^T + bias [weight.out] or null.
void Multiply(const MatmulKernel& form, const float* x, int64_t tokens, const WeightView& weight, const float* bias,
              float* y, Parallel& parallel);

}  // namespace deltaport
