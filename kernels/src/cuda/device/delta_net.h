// What the kernels of gated DeltaNet share: its dims, and a column of its state in registers.
#pragma once

#include "cuda/args.h"
#include "cuda/device/attention.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

DEVICE int RatioOf(const DeltaArgs& a) { return a.v_heads / a.k_heads; }
DEVICE int ConvDimOf(const DeltaArgs& a) { return 2 * a.k_heads * a.k_dim + a.v_heads * a.v_dim; }

constexpr int kStripes = 4;  // of the rows of a state, one a warp: row i is in stripe i % kStripes

// A column of the state: every kStripes-th row of it.
template <int kRows>
struct StateColumn {
  float rows[kRows];

  DEVICE void Load(const float* from, int k_dim, int v_dim) {
    UNROLL
    for (int r = 0; r < kRows; r++) {
      int i = r * kStripes + Warp();
      rows[r] = from == nullptr || i >= k_dim ? 0.0f : from[static_cast<int64_t>(i) * v_dim];
    }
  }

  DEVICE void Save(float* to, int k_dim, int v_dim) const {
    UNROLL
    for (int r = 0; r < kRows; r++) {
      int i = r * kStripes + Warp();
      if (i < k_dim) to[static_cast<int64_t>(i) * v_dim] = rows[r];
    }
  }
};

// Where a column of a row of the state begins; null for row -1.
DEVICE float* RowOf(const DeltaArgs& a, int64_t row, int v_head, int column) {
  return row < 0 ? nullptr : a.recurrent_state + (row * a.v_heads + v_head) * a.k_dim * a.v_dim + column;
}

}  // namespace deltaport::cuda
