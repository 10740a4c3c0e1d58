// cos and sin of every token's position (Qwen3NextRotaryEmbedding, ROPE_INIT_FUNCTIONS).
#pragma once

#include "core/dispatch.h"

namespace deltaport {

enum class RotaryType { kFixed, kDynamic, kLongrope };

struct RotaryTableParams {
  const int64_t* positions = nullptr;    // [tokens]
  const int32_t* cu_seq_lens = nullptr;  // [seqs + 1]
  const float* inv_freq = nullptr;       // [1 (longrope: short, long), rotary / 2]
  float* cos_sin = nullptr;              // [tokens, rotary]: cos half, then sin half
  int64_t tokens = 0;
  int64_t seqs = 0;
  int64_t rotary = 0;
  RotaryType type = RotaryType::kFixed;
  float attention_factor = 1;
  double theta = 0;          // dynamic
  double factor = 0;         // dynamic
  int64_t dim = 0;           // dynamic: rotary dims before rounding up
  int64_t original_max = 0;  // dynamic, longrope
};

void RotaryTableReference(const RotaryTableParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<RotaryTableParams>>& Kernels<RotaryTableParams>();

}  // namespace deltaport
