// GatedDeltaNet over float lanes, compiled for one level: each V head of each sequence is one task that convolves its
// channels, runs the delta rule over its columns of the state and norms what comes out. Exact in every compute mode.
#pragma once

#include <cstdint>

#include "core/activation.h"
#include "core/parallel.h"
#include "matmul/form.h"
#include "ops/gated_delta_net/convolution.h"
#include "ops/gated_delta_net/delta_rule.h"
#include "ops/gated_delta_net/kernel.h"
#include "simd/math.h"

namespace deltaport {

template <class V>
class DeltaNetHead {
 public:
  using F = typename V::F;
  static constexpr int64_t kTokens = 64;          // convolved together
  static constexpr int kWide = V::kDeltaVectors;  // vectors of a step over one token
  static constexpr int kNarrow = V::kVectors;     // of one over several: their sums fill the registers
  static constexpr int64_t kColumns = 16 * kNarrow;

  DeltaNetHead(const GatedDeltaNetParams& params, int64_t seq, int64_t head)
      : p(params),
        v_head(head),
        begin(p.cu_seq_lens[seq]),
        end(p.cu_seq_lens[seq + 1]),
        load_row(p.load_rows[seq]),
        channels(params, head),
        convolution{params, begin, load_row} {}

  // Floats of Run's scratch.
  int64_t floats() const {
    int64_t padded = (p.v_dim + kColumns - 1) / kColumns * kColumns;
    return p.k_dim * padded + (kTokens + p.kernel) * (2 * p.k_dim + p.v_dim) + 2 * kTokens;
  }

  void Run(float* scratch) {
    int64_t padded = (p.v_dim + kColumns - 1) / kColumns * kColumns;
    own = scratch;  // [padded / kColumns, k_dim, kColumns]: the state between two saved rows
    q = own + p.k_dim * padded;
    k = q + kTokens * p.k_dim;
    v = k + kTokens * p.k_dim;
    q_taps = v + kTokens * p.v_dim;
    k_taps = q_taps + p.kernel * p.k_dim;
    v_taps = k_taps + p.kernel * p.k_dim;
    decay = v_taps + p.kernel * p.v_dim;
    beta = decay + kTokens;
    convolution.Taps(channels.q, q_taps);
    convolution.Taps(channels.k, k_taps);
    convolution.Taps(channels.v, v_taps);
    row = load_row;
    state_is_own = false;
    for (int64_t t = begin; t < end; t += kTokens) RunTokens(t, t + kTokens < end ? t + kTokens : end);
  }

 private:
  // The state at columns [column, ...) before the next step: a row of the pool, our own or nothing.
  StateColumns Columns(int64_t pool_row, bool is_own, int64_t column) const {
    if (is_own) return {own + column * p.k_dim, kColumns};
    if (pool_row < 0) return {nullptr, 0};
    return {p.recurrent_state + pool_row * p.recurrent_row() + v_head * p.k_dim * p.v_dim + column, p.v_dim};
  }

  void RunTokens(int64_t from, int64_t to) {
    int64_t ratio = p.ratio();
    for (int64_t t = from; t < to; t++) {
      int64_t i = t - from;
      convolution.Convolve(channels.q, q_taps, t, q + i * p.k_dim);
      convolution.Convolve(channels.k, k_taps, t, k + i * p.k_dim);
      convolution.Convolve(channels.v, v_taps, t, v + i * p.v_dim);
      convolution.L2Norm(1.0f / __builtin_sqrtf(static_cast<float>(p.k_dim)), p.k_dim, q + i * p.k_dim);
      convolution.L2Norm(1.0f, p.k_dim, k + i * p.k_dim);
      const float* ba = p.ba + (t * p.k_heads + v_head / ratio) * 2 * ratio + v_head % ratio;
      decay[i] = __builtin_expf(-p.a[v_head] * Softplus(ba[ratio] + p.dt_bias[v_head]));
      beta[i] = Sigmoid(ba[0]);
      if (p.save_rows[t] < 0) continue;
      convolution.Save(channels.q, t, p.save_rows[t]);
      convolution.Save(channels.k, t, p.save_rows[t]);
      convolution.Save(channels.v, t, p.save_rows[t]);
    }
    for (int64_t t = from; t < to;) {
      int64_t last = t;  // of the step: a saved token ends it
      while (last + 1 < to && last + 1 - t < V::kDeltaTokens && p.save_rows[last] < 0) last++;
      RunStepAt(from, t, last + 1 - t);
      t = last + 1;
    }
    for (int64_t t = from; t < to; t++) Norm(t);
  }

  void RunStepAt(int64_t from, int64_t t, int64_t n) {
    DeltaStep step;
    int64_t i = t - from;
    step.tokens = n;
    step.k_dim = p.k_dim;
    step.q = q + i * p.k_dim;
    step.k = k + i * p.k_dim;
    step.beta = beta + i;
    PrepareStep<V>(decay + i, step);
    int64_t save_row = p.save_rows[t + n - 1];
    int64_t width = 16 * (n == 1 ? kWide : kNarrow);
    if (n == 1 && (state_is_own || save_row < 0)) width = kColumns;  // our own state lies so
    for (int64_t column = 0; column < p.v_dim; column += width) {
      StateColumns before = Columns(row, state_is_own, column);
      StateColumns after = Columns(save_row, save_row < 0, column);
      int64_t columns = p.v_dim - column;
      const float* values = v + i * p.v_dim + column;
      float* out = p.y + (t * p.v_heads + v_head) * p.v_dim + column;
      int64_t stride = p.v_heads * p.v_dim;
      if (n == 1 && width != kColumns) {
        RunStep<V, 1, kWide>(step, before, after, columns, values, p.v_dim, out, stride);
      } else {
        RunNarrow(step, before, after, columns, values, p.v_dim, out, stride);
      }
    }
    row = save_row;
    state_is_own = save_row < 0;
  }

  template <class... Arguments>
  static void RunNarrow(const DeltaStep& step, const Arguments&... arguments) {
    if (step.tokens == 1) return RunStep<V, 1, kNarrow>(step, arguments...);
    if constexpr (V::kDeltaTokens >= 2) {
      if (step.tokens == 2) return RunStep<V, 2, kNarrow>(step, arguments...);
    }
    if constexpr (V::kDeltaTokens >= 4) {
      if (step.tokens == 3) return RunStep<V, 3, kNarrow>(step, arguments...);
      if (step.tokens == 4) return RunStep<V, 4, kNarrow>(step, arguments...);
    }
  }

  // y = norm_weight * rms(out) * silu(z), in place.
  void Norm(int64_t t) {
    float* y = p.y + (t * p.v_heads + v_head) * p.v_dim;
    const float* z = p.qkvz + t * p.k_heads * p.group() + channels.z;
    F squares = V::Zero();
    for (int64_t j = 0; j < p.v_dim; j += 16) {
      F out = V::Load(y + j, p.v_dim - j);
      squares = V::Fma(out, out, squares);
    }
    F inverse = V::Set(1.0f / __builtin_sqrtf(V::Sum(squares) / static_cast<float>(p.v_dim) + p.epsilon));
    for (int64_t j = 0; j < p.v_dim; j += 16) {
      int64_t n = p.v_dim - j;
      F normed = V::Mul(V::Load(p.norm_weight + j, n), V::Mul(V::Load(y + j, n), inverse));
      V::Store(y + j, V::Mul(normed, Silu<V>(V::Load(z + j, n))), n);
    }
  }

  const GatedDeltaNetParams& p;
  const int64_t v_head;
  const int64_t begin;
  const int64_t end;
  const int64_t load_row;
  const HeadChannels channels;
  const Convolution<V> convolution;
  float* own;
  float* q;       // [kTokens, k_dim]
  float* k;       // [kTokens, k_dim]
  float* v;       // [kTokens, v_dim]
  float* q_taps;  // [kernel, k_dim]
  float* k_taps;  // [kernel, k_dim]
  float* v_taps;  // [kernel, v_dim]
  float* decay;   // [kTokens]
  float* beta;    // [kTokens]
  int64_t row;    // of the pool that holds the state, where it is not our own
  bool state_is_own;
};

template <class V>
void GatedDeltaNetLanes(const GatedDeltaNetParams& params, Parallel& parallel) {
  parallel.For(params.seqs * params.v_heads, [&](int64_t i) {
    DeltaNetHead<V> head(params, i / params.v_heads, i % params.v_heads);
    head.Run(MatmulBuffer(head.floats()));
  });
}

}  // namespace deltaport
