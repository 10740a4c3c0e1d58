// GatedDeltaNet over float lanes, compiled for one level: a task takes one K head of one sequence, or one V head where
// there are many threads; it convolves the channels, runs the delta rule over its columns of the state and norms what
// comes out. Exact in every compute mode.
#pragma once

#include <cstdint>

#include "core/activation.h"
#include "core/parallel.h"
#include "matmul/matmul_kernel.h"
#include "ops/gated_delta_net/convolution.h"
#include "ops/gated_delta_net/delta_rule.h"
#include "ops/gated_delta_net/kernel.h"
#include "simd/math.h"

namespace deltaport {

template <class V>
class DeltaNetHeads {
 public:
  using F = typename V::F;
  static constexpr int64_t kTokens = 64;          // convolved together
  static constexpr int kWide = V::kDeltaVectors;  // vectors of a column where every token's state is in the pool
  static constexpr int kNarrow = V::kVectors;     // elsewhere: it stays in the nearest cache from token to token
  static constexpr int64_t kColumns = 16 * kNarrow;
  static constexpr int64_t kStreamed = 256 << 10;  // bytes of a state that no cache keeps until the next step

  // V heads [first, first + count) of one K head.
  DeltaNetHeads(const GatedDeltaNetParams& params, int64_t seq, int64_t first_head, int64_t head_count)
      : p(params),
        first(first_head),
        count(head_count),
        begin(p.cu_seq_lens[seq]),
        end(p.cu_seq_lens[seq + 1]),
        load_slot(p.load_slots[seq]),
        padded((p.v_dim + kColumns - 1) / kColumns * kColumns) {}

  // Floats of Run's scratch.
  int64_t floats() const {
    return (kTokens + p.kernel) * (2 * p.k_dim + p.v_dim) + 3 * kTokens + 2 * p.k_dim + 2 * p.v_dim +
           count * (p.k_dim * padded + p.kernel * p.v_dim) + 64;
  }

  void Run(float* scratch) {
    own = scratch;  // first, since it is what has to lie well
    q = own + count * p.k_dim * padded;
    k = q + kTokens * p.k_dim;
    v = k + kTokens * p.k_dim;
    q_taps = v + kTokens * p.v_dim;
    k_taps = q_taps + p.kernel * p.k_dim;
    v_taps = k_taps + p.kernel * p.k_dim;
    decay = v_taps + count * p.kernel * p.v_dim;
    beta = decay + kTokens;
    kq = beta + kTokens;
    float* zeros = kq + kTokens;
    for (int64_t i = 0; i < p.k_dim + p.v_dim; i++) zeros[i] = 0;
    Convolution<V> convolution{p, begin, load_slot, zeros};
    convolution.Taps(QueryChannels(p, k_head()), q_taps);
    convolution.Taps(KeyChannels(p, k_head()), k_taps);
    for (int64_t h = 0; h < count; h++) {
      convolution.Taps(ValueChannels(p, first + h), v_taps + h * p.kernel * p.v_dim);
    }
    Place place{load_slot, false};
    for (int64_t t = begin; t < end; t += kTokens) {
      place = RunTokens(convolution, place, t, t + kTokens < end ? t + kTokens : end);
    }
  }

 private:
  // Where the state before a token lies: in a row of the pool (-1 = zeros) or in our own memory.
  struct Place {
    int64_t row;
    bool is_own;
  };

  int64_t k_head() const { return first / p.ratio(); }

  Place RunTokens(const Convolution<V>& convolution, const Place& place, int64_t from, int64_t to) {
    ChannelRun queries = QueryChannels(p, k_head());
    ChannelRun keys = KeyChannels(p, k_head());
    for (int64_t t = from; t < to; t++) {
      float* query = q + (t - from) * p.k_dim;
      float* key = k + (t - from) * p.k_dim;
      convolution.Convolve(queries, q_taps, t, query);
      convolution.Convolve(keys, k_taps, t, key);
      convolution.L2Norm(1.0f / __builtin_sqrtf(static_cast<float>(p.k_dim)), p.k_dim, query);
      convolution.L2Norm(1.0f, p.k_dim, key);
      kq[t - from] = DotProduct<V>(key, query, p.k_dim);
      if (first % p.ratio() != 0 || p.save_slots[t] < 0) continue;
      convolution.Save(queries, t, p.save_slots[t]);
      convolution.Save(keys, t, p.save_slots[t]);
    }
    Place after = place;
    for (int64_t h = first; h < first + count; h++) after = RunHead(convolution, place, h, from, to);
    return after;
  }

  Place RunHead(const Convolution<V>& convolution, const Place& place, int64_t v_head, int64_t from, int64_t to) {
    ChannelRun values = ValueChannels(p, v_head);
    bool narrow = place.is_own;  // our own state lies in narrow columns
    for (int64_t t = from; t < to; t++) {
      int64_t i = t - from;
      convolution.Convolve(values, v_taps + (v_head - first) * p.kernel * p.v_dim, t, v + i * p.v_dim);
      int64_t gate = p.in.gate_at(t, k_head(), v_head % p.ratio());
      decay[i] = __builtin_expf(-p.a[v_head] * Softplus(p.in.a[gate] + p.dt_bias[v_head]));
      beta[i] = Sigmoid(p.in.b[gate]);
      if (p.save_slots[t] >= 0) convolution.Save(values, t, p.save_slots[t]);
      narrow |= PlaceAfter(t).is_own;
    }
    Stretch stretch{place, v_head, from, to, 0};
    for (; stretch.column < p.v_dim; stretch.column += narrow ? kColumns : 16 * kWide) {
      narrow ? RunColumns<kNarrow>(stretch) : RunColumns<kWide>(stretch);
    }
    for (int64_t t = from; t < to; t++) Norm(t, v_head);
    return PlaceAfter(to - 1);
  }

  Place PlaceAfter(int64_t t) const { return {p.save_slots[t], p.save_slots[t] < 0}; }

  // The state of a head at columns [column, ...).
  StateColumns Columns(const Place& place, int64_t v_head, int64_t column) const {
    if (place.is_own) return {own + (v_head - first) * p.k_dim * padded + column * p.k_dim, kColumns};
    if (place.row < 0) return {nullptr, 0};
    return {p.recurrent_state + place.row * p.recurrent_row() + v_head * p.k_dim * p.v_dim + column, p.v_dim};
  }

  // Tokens [from, to) of a head over its columns from `column` on.
  struct Stretch {
    Place before;
    int64_t v_head;
    int64_t from;
    int64_t to;
    int64_t column;
  };

  DeltaToken TokenAt(int64_t i) const { return {p.k_dim, q + i * p.k_dim, k + i * p.k_dim, kq[i], decay[i], beta[i]}; }

  template <int kVectors>
  void RunColumns(const Stretch& stretch) const {
    int64_t columns = p.v_dim - stretch.column;
    if (columns >= 16 * kVectors) {
      RunRule(DeltaRule<V, kVectors, true>{columns}, stretch);
    } else {
      RunRule(DeltaRule<V, kVectors, false>{columns}, stretch);
    }
  }

  // Columns outside, tokens inside: a column stays in the nearest cache from token to token.
  template <class Rule>
  void RunRule(const Rule& rule, const Stretch& stretch) const {
    const int64_t head = stretch.v_head;
    StateColumns before = Columns(stretch.before, head, stretch.column);
    typename Rule::Sums sums = rule.Read(TokenAt(0), before);
    for (int64_t t = stretch.from; t < stretch.to; t++) {
      int64_t i = t - stretch.from;
      DeltaToken token = TokenAt(i);
      StateColumns after = Columns(PlaceAfter(t), head, stretch.column);
      F delta[Rule::kWidth];
      rule.Solve(token, sums, v + i * p.v_dim + stretch.column, delta,
                 p.y + (t * p.v_heads + head) * p.v_dim + stretch.column);
      if (t + 1 < stretch.to) {
        sums = rule.WriteAndRead(token, delta, before, after, TokenAt(i + 1));
      } else if (t + 1 == end && Streams<Rule>(after)) {
        rule.template Write<true>(token, delta, before, after);
        V::Fence();
      } else {
        rule.template Write<false>(token, delta, before, after);
      }
      before = after;
    }
  }

  // Whether the columns of a last state are written past the caches: without reading first what they replace.
  template <class Rule>
  bool Streams(const StateColumns& made) const {
    bool whole_lines = reinterpret_cast<uintptr_t>(made.data) % 64 == 0 && made.stride % 16 == 0;
    return Rule::kWhole && Rule::kWidth == kWide && whole_lines && p.recurrent_row() * 4 >= kStreamed;
  }

  // y = norm_weight * rms(out) * silu(z), in place.
  void Norm(int64_t t, int64_t v_head) {
    float* y = p.y + (t * p.v_heads + v_head) * p.v_dim;
    const float* z = p.in.z + p.in.z_at(t, k_head(), v_head % p.ratio() * p.v_dim);
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
  const int64_t first;
  const int64_t count;
  const int64_t begin;
  const int64_t end;
  const int64_t load_slot;
  const int64_t padded;  // columns of our own state
  float* own;            // [count, padded / kColumns, k_dim, kColumns]: the state between two saved rows
  float* q;              // [kTokens, k_dim]
  float* k;              // [kTokens, k_dim]
  float* v;              // [kTokens, v_dim]
  float* q_taps;         // [kernel, k_dim]
  float* k_taps;         // [kernel, k_dim]
  float* v_taps;         // [count, kernel, v_dim]
  float* decay;          // [kTokens]
  float* beta;           // [kTokens]
  float* kq;             // [kTokens]: k . q
};

template <class V>
void GatedDeltaNetLanes(const GatedDeltaNetParams& params, Parallel& parallel) {
  bool split = params.seqs * params.k_heads < 2 * parallel.threads();
  int64_t count = split ? 1 : params.ratio();  // V heads of a task
  int64_t tasks = params.v_heads / count;      // of a sequence
  if (params.seqs == 0) return;
  int64_t floats = DeltaNetHeads<V>(params, 0, 0, count).floats();
  parallel.ForWith(floats, params.seqs * tasks, [&](int64_t i, float* scratch) {
    DeltaNetHeads<V>(params, i / tasks, i % tasks * count, count).Run(scratch);
  });
}

}  // namespace deltaport
