#include <algorithm>
#include <cmath>

#include "ops/rotary_table/kernel.h"

namespace deltaport {
namespace {

// The frequencies of a sequence of this length; those of `dynamic` are computed into `own` [rotary / 2].
const float* Frequencies(const RotaryTableParams& params, int64_t length, float* own) {
  int64_t half = params.rotary / 2;
  if (params.type == RotaryType::kFixed || length <= params.original_max) return params.inv_freq;
  if (params.type == RotaryType::kLongrope) return params.inv_freq + half;
  // _compute_dynamic_ntk_parameters with a tensor length: float32 throughout.
  float factor = static_cast<float>(params.factor);
  float stretch = factor * static_cast<float>(length) / static_cast<float>(params.original_max) - (factor - 1.0f);
  float dim = static_cast<float>(params.dim);
  float exponent = static_cast<float>(static_cast<double>(params.dim) / static_cast<double>(params.dim - 2));
  float base = static_cast<float>(params.theta) * std::pow(stretch, exponent);
  for (int64_t i = 0; i < half; i++) own[i] = 1.0f / std::pow(base, static_cast<float>(2 * i) / dim);
  return own;
}

void FillRow(const RotaryTableParams& params, const float* frequencies, int64_t t) {
  int64_t half = params.rotary / 2;
  float* cos = params.cos_sin + t * params.rotary;  // [rotary / 2]
  float* sin = cos + half;                          // [rotary / 2]
  float position = static_cast<float>(params.positions[t]);
  for (int64_t i = 0; i < half; i++) {
    float angle = position * frequencies[i];
    cos[i] = std::cos(angle) * params.attention_factor;
    sin[i] = std::sin(angle) * params.attention_factor;
  }
}

}  // namespace

void RotaryTableReference(const RotaryTableParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  float* own = scope.Floats(params.rotary / 2);  // [rotary / 2]
  for (int64_t s = 0; s < params.seqs; s++) {
    int64_t begin = params.cu_seq_lens[s];
    int64_t end = params.cu_seq_lens[s + 1];
    if (begin == end) continue;
    int64_t length = *std::max_element(params.positions + begin, params.positions + end) + 1;
    const float* frequencies = Frequencies(params, length, own);  // [rotary / 2]
    parallel.For(end - begin, [&](int64_t i) { FillRow(params, frequencies, begin + i); });
  }
}

}  // namespace deltaport
