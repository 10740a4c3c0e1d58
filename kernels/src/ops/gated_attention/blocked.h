// The blocked twins of GatedAttention: queries in tiles, keys and values in steps, and a softmax that goes along and
// begins anew with every part. One task goes through all parts, or several through one each: the sum is the same.
#pragma once

#include <cstdint>

#include "ops/gated_attention/kernel.h"

namespace deltaport {

// Query tokens [begin, end) of one sequence, the query heads of one KV head, against keys [key_begin, key_end).
struct AttentionTask {
  int64_t seq;
  int64_t kv_head;
  int64_t begin;  // tokens of the run
  int64_t end;
  int64_t key_begin;  // positions in the sequence
  int64_t key_end;
  float* part;  // where what these keys give goes [rows, head_dim + 2], a part; null = they are all, so y
};

// The work of one level, behind function pointers: the cutting into tasks is plain C++ and compiled once.
struct AttentionLanes {
  // Norm and rotation of a token's keys, and keys and values into the cache. Scratch [head_dim].
  void (*append)(const GatedAttentionParams& params, int64_t seq, int64_t token, float* scratch);
  // Floats of attend's scratch, for `rows` rows (tokens times the query heads of a KV head).
  int64_t (*floats)(const GatedAttentionParams& params, int64_t rows);
  void (*attend)(const GatedAttentionParams& params, const AttentionTask& task, float* scratch);
  // Joins `parts` parts of the same rows, `rows` * (head_dim + 2) floats apart, into y. Scratch [head_dim].
  void (*merge)(const GatedAttentionParams& params, const AttentionTask& first, int64_t parts, float* scratch);
};

// Rows are token by token, the query heads of a KV head side by side.
inline int64_t GroupOf(const GatedAttentionParams& params) { return params.q_heads / params.cache.kv_heads; }

const AttentionLanes& Avx2Attention();
const AttentionLanes& Avx512Attention();
const AttentionLanes& Avx512Bf16Attention();
const AttentionLanes& NeonAttention();

std::vector<Kernel<GatedAttentionParams>> GatedAttentionBlocked();

}  // namespace deltaport
