#include <algorithm>
#include <cmath>

#include "core/math.h"
#include "ops/gated_delta_net/kernel.h"

namespace deltaport {
namespace {

constexpr float kL2NormEpsilon = 1e-6f;

// One sequence of a run.
struct Sequence {
  int64_t begin;      // first token
  int64_t end;        // past its last token
  int64_t load_slot;  // -1 = zeros
};

Sequence SequenceAt(const GatedDeltaNetParams& params, int64_t s) {
  return {params.cu_seq_lens[s], params.cu_seq_lens[s + 1], params.load_slots[s]};
}

// Where convolution channel c of a token lies in its row of the inputs.
int64_t OffsetOf(const GatedDeltaNetParams& params, int64_t c) {
  int64_t keys = params.k_heads * params.k_dim;
  if (c < keys) return params.in.query(c / params.k_dim) + c % params.k_dim;
  if (c < 2 * keys) return params.in.key((c - keys) / params.k_dim) + (c - keys) % params.k_dim;
  int64_t values = params.ratio() * params.v_dim;
  return params.in.value((c - 2 * keys) / values, (c - 2 * keys) % values);
}

// Convolution input of channel c at `token`, which may lie before the sequence: then in the loaded state, or zero.
float ConvInput(const GatedDeltaNetParams& params, const Sequence& sequence, int64_t token, int64_t c) {
  if (token >= sequence.begin) return params.in.qkv[token * params.in.qkv_row + OffsetOf(params, c)];
  if (sequence.load_slot < 0) return 0.0f;
  int64_t tap = params.kernel - 1 - (sequence.begin - token);
  return params.conv_state[sequence.load_slot * params.conv_row() + tap * params.conv_dim() + c];
}

void Convolve(const GatedDeltaNetParams& params, const Sequence& sequence, int64_t token, float* mixed) {
  for (int64_t c = 0; c < params.conv_dim(); c++) {
    float sum = 0;
    for (int64_t tap = 0; tap < params.kernel; tap++) {
      float input = ConvInput(params, sequence, token - (params.kernel - 1) + tap, c);
      sum += params.conv_weight[c * params.kernel + tap] * input;
    }
    mixed[c] = Activate(params.activation, sum);
  }
}

void SaveConvState(const GatedDeltaNetParams& params, const Sequence& sequence, int64_t token) {
  int64_t row = params.save_slots[token];
  if (row < 0) return;
  float* state = params.conv_state + row * params.conv_row();  // [kernel - 1, conv_dim]
  for (int64_t tap = 0; tap < params.kernel - 1; tap++) {
    for (int64_t c = 0; c < params.conv_dim(); c++) {
      state[tap * params.conv_dim() + c] = ConvInput(params, sequence, token - (params.kernel - 2) + tap, c);
    }
  }
}

void L2Norm(const float* from, int64_t n, float scale, float* to) {
  float inverse = 1.0f / std::sqrt(Dot(from, from, n) + kL2NormEpsilon);
  for (int64_t i = 0; i < n; i++) to[i] = from[i] * inverse * scale;
}

// S = exp(g) S; S += k (beta (v - S^T k))^T; out = S^T q.
void DeltaRule(const float* q, const float* k, const float* v, float decay, float beta, int64_t k_dim, int64_t v_dim,
               float* state, float* delta, float* out) {
  std::fill_n(delta, v_dim, 0.0f);
  for (int64_t i = 0; i < k_dim; i++) {
    float* row = state + i * v_dim;  // [v_dim]
    for (int64_t j = 0; j < v_dim; j++) {
      row[j] *= decay;
      delta[j] += row[j] * k[i];
    }
  }
  for (int64_t j = 0; j < v_dim; j++) delta[j] = (v[j] - delta[j]) * beta;
  std::fill_n(out, v_dim, 0.0f);
  for (int64_t i = 0; i < k_dim; i++) {
    float* row = state + i * v_dim;  // [v_dim]
    for (int64_t j = 0; j < v_dim; j++) {
      row[j] += k[i] * delta[j];
      out[j] += row[j] * q[i];
    }
  }
}

void GatedNorm(const GatedDeltaNetParams& params, const float* out, const float* z, float* y) {
  float inverse = InverseRms(out, params.v_dim, params.epsilon);
  for (int64_t j = 0; j < params.v_dim; j++) y[j] = params.norm_weight[j] * (out[j] * inverse) * Silu(z[j]);
}

// The recurrence of one V head over one sequence.
void RunHead(const GatedDeltaNetParams& params, const Sequence& sequence, int64_t v_head, const float* mixed,
             float* scratch) {
  int64_t k_dim = params.k_dim;
  int64_t v_dim = params.v_dim;
  int64_t k_head = v_head / params.ratio();
  float* state = scratch;            // [k_dim, v_dim]
  float* q = state + k_dim * v_dim;  // [k_dim]
  float* k = q + k_dim;              // [k_dim]
  float* delta = k + k_dim;          // [v_dim]
  float* out = delta + v_dim;        // [v_dim]
  int64_t head_offset = v_head * k_dim * v_dim;
  if (sequence.load_slot < 0) {
    std::fill_n(state, k_dim * v_dim, 0.0f);
  } else {
    const float* from = params.recurrent_state + sequence.load_slot * params.recurrent_row() + head_offset;
    std::copy_n(from, k_dim * v_dim, state);
  }
  for (int64_t t = sequence.begin; t < sequence.end; t++) {
    const float* channels = mixed + t * params.conv_dim();                                      // [conv_dim]
    const float* z = params.in.z + params.in.z_at(t, k_head, v_head % params.ratio() * v_dim);  // [v_dim]
    int64_t gate = params.in.gate_at(t, k_head, v_head % params.ratio());
    L2Norm(channels + k_head * k_dim, k_dim, 1.0f / std::sqrt(static_cast<float>(k_dim)), q);
    L2Norm(channels + (params.k_heads + k_head) * k_dim, k_dim, 1.0f, k);
    const float* v = channels + 2 * params.k_heads * k_dim + v_head * v_dim;  // [v_dim]
    float g = -params.a[v_head] * Softplus(params.in.a[gate] + params.dt_bias[v_head]);
    DeltaRule(q, k, v, std::exp(g), Sigmoid(params.in.b[gate]), k_dim, v_dim, state, delta, out);
    GatedNorm(params, out, z, params.y + (t * params.v_heads + v_head) * v_dim);
    if (params.save_slots[t] >= 0) {
      float* to = params.recurrent_state + params.save_slots[t] * params.recurrent_row() + head_offset;
      std::copy_n(state, k_dim * v_dim, to);
    }
  }
}

}  // namespace

void GatedDeltaNetReference(const GatedDeltaNetParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  float* mixed = scope.Floats(params.tokens * params.conv_dim());  // [tokens, conv_dim]
  for (int64_t s = 0; s < params.seqs; s++) {
    Sequence sequence = SequenceAt(params, s);
    parallel.For(sequence.end - sequence.begin, [&](int64_t i) {
      int64_t token = sequence.begin + i;
      Convolve(params, sequence, token, mixed + token * params.conv_dim());
      SaveConvState(params, sequence, token);
    });
  }
  int64_t floats = params.k_dim * params.v_dim + 2 * params.k_dim + 2 * params.v_dim;
  parallel.ForWith(floats, params.seqs * params.v_heads, [&](int64_t i, float* scratch) {
    RunHead(params, SequenceAt(params, i / params.v_heads), i % params.v_heads, mixed, scratch);
  });
}

}  // namespace deltaport
