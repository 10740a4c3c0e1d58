// What all kernels of gated attention have in common.
#pragma once

#include "cuda/device/activation.h"
#include "cuda/device/attention.h"

namespace deltaport::cuda {

// The query heads of a block.
struct HeadGroup {
  int kv_head;
  int first;
  int count;

  DEVICE HeadGroup(const AttentionArgs& a) {
    int heads = a.q_heads / a.cache.kv_heads;  // of a KV head
    int group = static_cast<int>(blockIdx.y) % a.query_groups;
    kv_head = static_cast<int>(blockIdx.y) / a.query_groups;
    first = kv_head * heads + group * kHeads;
    count = min(kHeads, heads - group * kHeads);
  }
};

// Where a token of a sequence stands: it sees the keys up to this position.
DEVICE int PositionOf(const AttentionArgs& a, int seq, int token) {
  return a.past_lens[seq] + token - a.cu_seq_lens[seq];
}

DEVICE float Infinity() { return __uint_as_float(0x7f800000u); }
DEVICE float MinusInfinity() { return __uint_as_float(0xff800000u); }
DEVICE float MostFloat() { return __uint_as_float(0x7f7fffffu); }

DEVICE void StoreGated(const AttentionArgs& a, int64_t row, int column, float value) {
  float gate = a.q_gate[(row * 2 + 1) * a.cache.head_dim + column];
  a.y[row * a.cache.head_dim + column] = value * Sigmoid(gate);
}

}  // namespace deltaport::cuda
