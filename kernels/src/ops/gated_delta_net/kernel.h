// Linear attention between the projections: ungroup, causal convolution, activation, l2norm, gated delta rule, gated
// norm (Qwen3NextGatedDeltaNet, Qwen3NextRMSNormGated).
#pragma once

#include "core/activation.h"
#include "core/dispatch.h"

namespace deltaport {

// With ratio = v_heads / k_heads and conv_dim = 2 * k_heads * k_dim + v_heads * v_dim (channels in the order q, k, v).
struct GatedDeltaNetParams {
  const float* qkvz = nullptr;           // [tokens, k_heads, q: k_dim, k: k_dim, v: ratio * v_dim, z: ratio * v_dim]
  const float* ba = nullptr;             // [tokens, k_heads, b: ratio, a: ratio]
  const float* conv_weight = nullptr;    // [conv_dim, kernel]
  const float* a = nullptr;              // [v_heads]: exp(A_log), finite
  const float* dt_bias = nullptr;        // [v_heads]
  const float* norm_weight = nullptr;    // [v_dim]
  const int32_t* cu_seq_lens = nullptr;  // [seqs + 1]
  const int32_t* load_slots = nullptr;   // [seqs], -1 = zeros
  const int32_t* save_slots = nullptr;   // [tokens], -1 = not saved; no row twice, none that is loaded
  float* conv_state = nullptr;           // [rows, kernel - 1, conv_dim]: the inputs before the next token, oldest first
  float* recurrent_state = nullptr;      // [rows, v_heads, k_dim, v_dim]
  float* y = nullptr;                    // [tokens, v_heads, v_dim]
  int64_t tokens = 0;
  int64_t seqs = 0;
  int64_t kernel = 0;
  int64_t k_heads = 0;
  int64_t k_dim = 0;
  int64_t v_heads = 0;
  int64_t v_dim = 0;
  Activation activation = Activation::kSilu;
  float epsilon = 0;

  int64_t ratio() const { return v_heads / k_heads; }
  int64_t conv_dim() const { return 2 * k_heads * k_dim + v_heads * v_dim; }
  int64_t group() const { return 2 * k_dim + 2 * ratio() * v_dim; }  // floats of one K head in qkvz
  int64_t conv_row() const { return (kernel - 1) * conv_dim(); }
  int64_t recurrent_row() const { return v_heads * k_dim * v_dim; }
  // Where convolution channel c of a token lies in its row of qkvz.
  int64_t channel(int64_t c) const {
    int64_t keys = k_heads * k_dim;
    if (c < keys) return c / k_dim * group() + c % k_dim;
    if (c < 2 * keys) return (c - keys) / k_dim * group() + k_dim + (c - keys) % k_dim;
    int64_t values = ratio() * v_dim;
    return (c - 2 * keys) / values * group() + 2 * k_dim + (c - 2 * keys) % values;
  }
};

void GatedDeltaNetReference(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetAvx2(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetAvx512(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetNeon(const GatedDeltaNetParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>();

}  // namespace deltaport
