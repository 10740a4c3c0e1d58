// What all kernels of gated attention have in common.
#pragma once

#include "cuda/device/activation.h"
#include "cuda/device/attention.h"

namespace deltaport::cuda {

constexpr int kHeads = 8;      // query heads in a block, all of one KV head
constexpr int kMostDim = 256;  // of a head

DEVICE float MinusInfinity() { return __uint_as_float(0xff800000u); }

DEVICE void StoreGated(const AttentionArgs& a, int64_t row, int column, float value) {
  float gate = a.q_gate[(row * 2 + 1) * a.cache.head_dim + column];
  a.y[row * a.cache.head_dim + column] = value * Sigmoid(gate);
}

}  // namespace deltaport::cuda
