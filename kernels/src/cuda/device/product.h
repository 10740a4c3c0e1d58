// What the kernels of a product share: which rows a block has, and their inputs.
#pragma once

#include "cuda/args.h"
#include "cuda/device/activation.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

// Rows of the product that one block computes with one weight.
struct RowTile {
  WeightParts weight;
  const int32_t* order;  // where the rows are listed; null = they lie side by side
  int first;
  int count;

  DEVICE int row(int i) const { return order == nullptr ? first + i : order[first + i]; }
};

// The tile of this block: at most `most` rows.
DEVICE RowTile TileOf(const ProductArgs& a, int most) {
  int z = static_cast<int>(blockIdx.z);
  int y = static_cast<int>(blockIdx.y);
  RowTile tile;
  tile.order = nullptr;
  int expert = 0;
  if (a.tiles != nullptr) {
    expert = a.tiles[3 * y];
    tile.first = a.tiles[3 * y + 1];
    tile.count = a.tiles[3 * y + 2];
    tile.order = a.order;
  } else if (a.selected != nullptr) {
    expert = a.selected[y];
    tile.first = y;
    tile.count = 1;
  } else {
    tile.first = y * most;
    tile.count = min(most, a.rows - tile.first);
  }
  tile.weight = a.experts == nullptr ? a.weights[z] : a.experts[3 * static_cast<int64_t>(expert) + a.first_part + z];
  return tile;
}

DEVICE float PairedAt(const float* x, const float* pair, Activation activation, int64_t i) {
  return pair == nullptr ? x[i] : Activate(activation, x[i]) * pair[i];
}

// Input `column` of a row of the product.
DEVICE float InputAt(const ProductArgs& a, int row, int column) {
  return PairedAt(a.x, a.pair, a.activation, static_cast<int64_t>(row / a.x_share) * a.form.in + column);
}

DEVICE void Store(const ProductArgs& a, int row, int out, float value) {
  a.y[(static_cast<int64_t>(blockIdx.z) * a.rows + row) * a.form.out + out] =
      a.bias == nullptr ? value : value + a.bias[out];
}

}  // namespace deltaport::cuda
