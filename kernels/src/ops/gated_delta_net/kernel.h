// Linear attention between the projections: causal convolution, activation, l2norm, gated delta rule, gated
// norm (Qwen3NextGatedDeltaNet, Qwen3_5GatedDeltaNet, Qwen3NextRMSNormGated).
#pragma once

#include "core/activation.h"
#include "core/dispatch.h"
#include "ops/gated_delta_net/inputs.h"

namespace deltaport {

// With ratio = v_heads / k_heads and conv_dim = 2 * k_heads * k_dim + v_heads * v_dim (channels in the order q, k, v).
struct GatedDeltaNetParams {
  DeltaInputs in{};                      // q, k, v, z, b, a of [tokens]
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
  int64_t conv_row() const { return (kernel - 1) * conv_dim(); }
  int64_t recurrent_row() const { return v_heads * k_dim * v_dim; }
};

// Widths of the rows of the grouped layout.
inline int64_t QkvzWidth(const GatedDeltaNetParams& p) { return p.conv_dim() + p.v_heads * p.v_dim; }
inline int64_t BaWidth(const GatedDeltaNetParams& p) { return 2 * p.v_heads; }

// qkvz [tokens, QkvzWidth], ba [tokens, BaWidth].
inline DeltaInputs GroupedInputs(const GatedDeltaNetParams& p, const float* qkvz, const float* ba) {
  int64_t values = p.ratio() * p.v_dim;
  int64_t group = 2 * p.k_dim + 2 * values;
  DeltaInputs in{};
  in.qkv = qkvz;
  in.z = qkvz + 2 * p.k_dim + values;
  in.b = ba;
  in.a = ba + p.ratio();
  in.qkv_row = in.z_row = QkvzWidth(p);
  in.gate_row = BaWidth(p);
  in.key_step = in.value_step = in.z_step = group;
  in.gate_step = 2 * p.ratio();
  in.key_first = p.k_dim;
  in.value_first = 2 * p.k_dim;
  return in;
}

// qkv [tokens, conv_dim], z [tokens, v_heads * v_dim], b and a [tokens, v_heads].
inline DeltaInputs SplitInputs(const GatedDeltaNetParams& p, const float* qkv, const float* z, const float* b,
                               const float* a) {
  DeltaInputs in{};
  in.qkv = qkv;
  in.z = z;
  in.b = b;
  in.a = a;
  in.qkv_row = p.conv_dim();
  in.z_row = p.v_heads * p.v_dim;
  in.gate_row = p.v_heads;
  in.key_step = p.k_dim;
  in.value_step = in.z_step = p.ratio() * p.v_dim;
  in.gate_step = p.ratio();
  in.key_first = p.k_heads * p.k_dim;
  in.value_first = 2 * p.k_heads * p.k_dim;
  return in;
}

void GatedDeltaNetReference(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetAvx2(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetAvx512(const GatedDeltaNetParams& params, Parallel& parallel);
void GatedDeltaNetNeon(const GatedDeltaNetParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>();

}  // namespace deltaport
