// y = x W^T over register tiles: which task computes which part. Each weight is read once however many rows meet it.
#pragma once

#include <cstdint>

#include "core/parallel.h"
#include "matmul/form.h"

namespace deltaport {

// Packs rows of `columns` floats; row(data, i) gives row i.
void PackRows(const MatmulForm& form, const PackedRows& rows, const float* x, int64_t columns, Parallel& parallel);

// y [tokens, weight.out] = x [tokens, weight.in] W^T + bias [weight.out] or null.
void Multiply(const MatmulForm& form, const float* x, int64_t tokens, const WeightView& weight, const float* bias,
              float* y, Parallel& parallel);

}  // namespace deltaport
