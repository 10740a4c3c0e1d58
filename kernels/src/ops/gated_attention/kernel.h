// Full attention between the projections: q/k norm, partial RoPE, append to the cache, causal grouped-query attention,
// sigmoid output gate (Qwen3NextAttention).
#pragma once

#include "core/dispatch.h"
#include "pool/kv_cache.h"

namespace deltaport {

// Of a part of the keys, from the first key of their sequence. Each part has a softmax of its own; parts are added in
// order. So it is in exact mode on every device, and on a CPU in fast mode too.
constexpr int64_t kPartKeys = 1024;

struct GatedAttentionParams {
  const float* q_gate = nullptr;         // [tokens, q_heads, 2 (query, gate), head_dim]
  const float* k = nullptr;              // [tokens, kv_heads, head_dim]
  const float* v = nullptr;              // [tokens, kv_heads, head_dim]
  const float* q_norm = nullptr;         // [head_dim], 1 already added
  const float* k_norm = nullptr;         // [head_dim], 1 already added
  const float* cos_sin = nullptr;        // [tokens, rotary]: cos half, then sin half
  const int32_t* cu_seq_lens = nullptr;  // [seqs + 1]
  const int32_t* past_lens = nullptr;    // [seqs]
  const int32_t* block_table = nullptr;  // [seqs, max_blocks]
  KvCache cache;                         // blocks of kv_heads and head_dim
  float* y = nullptr;                    // [tokens, q_heads, head_dim]
  int64_t tokens = 0;
  int64_t seqs = 0;
  int64_t max_blocks = 0;
  int64_t q_heads = 0;
  int64_t rotary = 0;
  float epsilon = 0;
};

void GatedAttentionReference(const GatedAttentionParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<GatedAttentionParams>>& Kernels<GatedAttentionParams>();

}  // namespace deltaport
