// The gated delta rule over a few tokens at once, compiled for one level.
//
// With state S before the tokens, decay a_t = exp(g_t) and A(s, t) = a_(s+1) ... a_t:
//   delta_t = beta_t (v_t - A(-1, t) S^T k_t - sum_(s < t) A(s, t) (k_s . k_t) delta_s)
//   out_t   = A(-1, t) S^T q_t + sum_(s <= t) A(s, t) (k_s . q_t) delta_s
//   S      <- A(-1, n-1) S + sum_s A(s, n-1) k_s delta_s^T
// which is the recurrence unrolled: one token's is the recurrence itself. All decays are products of numbers in [0, 1],
// so nothing overflows and nothing is divided. S is read twice (the second time from the nearest cache) and written
// once for all of the tokens; its columns are independent of each other.
#pragma once

#include <cstdint>

namespace deltaport {

constexpr int64_t kMostTokens = 4;  // of one step at any level

// Columns of a state: rows `stride` floats apart, or zeros.
struct StateColumns {
  float* data;
  int64_t stride;
};

// What the columns of one step share.
struct DeltaStep {
  int64_t tokens;  // 1 to kMostTokens
  int64_t k_dim;
  const float* q;                      // [tokens, k_dim]
  const float* k;                      // [tokens, k_dim]
  const float* beta;                   // [tokens], `ba_stride` apart
  float decay[kMostTokens];            // A(-1, t)
  float kept[kMostTokens];             // A(t, n-1)
  float kk[kMostTokens][kMostTokens];  // A(s, t) (k_s . k_t), [t][s], s < t
  float kq[kMostTokens][kMostTokens];  // A(s, t) (k_s . q_t), [t][s], s <= t
};

template <class V>
float DotProduct(const float* a, const float* b, int64_t n) {
  typename V::F sum = V::Zero();
  for (int64_t i = 0; i < n; i += 16) sum = V::Fma(V::Load(a + i, n - i), V::Load(b + i, n - i), sum);
  return V::Sum(sum);
}

// Fills in the products of a step from a [tokens].
template <class V>
void PrepareStep(const float* a, DeltaStep& step) {
  for (int64_t t = 0; t < step.tokens; t++) {
    step.decay[t] = t == 0 ? a[0] : step.decay[t - 1] * a[t];
    float decay = 1;
    for (int64_t s = t; s >= 0; s--) {
      const float* k = step.k + s * step.k_dim;
      step.kq[t][s] = decay * DotProduct<V>(k, step.q + t * step.k_dim, step.k_dim);
      if (s < t) step.kk[t][s] = decay * DotProduct<V>(k, step.k + t * step.k_dim, step.k_dim);
      if (t == step.tokens - 1) step.kept[s] = decay;
      decay *= a[s];
    }
  }
}

// kVectors * 16 columns, of which `columns` exist (kAll: all of them): reads `from` (null data = zeros), writes `to`,
// both may be the same; kStream: past the caches, to 64 byte boundaries, the caller fences. v and out [tokens,
// columns], their rows v_stride and out_stride apart.
template <class V, int kTokens, int kVectors, bool kAll, bool kStream>
void RunStep(const DeltaStep& step, const StateColumns& from, const StateColumns& to, int64_t columns, const float* v,
             int64_t v_stride, float* out, int64_t out_stride) {
  using F = typename V::F;
  const int64_t k_dim = step.k_dim;
  const float* const q = step.q;
  const float* const k = step.k;
  auto load = [&](const float* p, int j) __attribute__((always_inline)) {
    return kAll ? V::Load(p + 16 * j) : V::Load(p + 16 * j, columns - 16 * j);
  };
  auto store = [&](float* p, int j, F x) __attribute__((always_inline)) {
    return kAll ? V::Store(p + 16 * j, x) : V::Store(p + 16 * j, x, columns - 16 * j);
  };
  F memory[kTokens][kVectors];  // S^T k, then delta
  F read[kTokens][kVectors];    // S^T q
#pragma GCC unroll 4
  for (int t = 0; t < kTokens; t++) {
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) memory[t][j] = read[t][j] = V::Zero();
  }
  const float* row = from.data;
  for (int64_t i = 0; row != nullptr && i < k_dim; i++) {
    F state[kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) state[j] = load(row, j);
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; t++) {
      F key = V::Set(k[t * k_dim + i]);
      F query = V::Set(q[t * k_dim + i]);
#pragma GCC unroll 8
      for (int j = 0; j < kVectors; j++) {
        memory[t][j] = V::Fma(key, state[j], memory[t][j]);
        read[t][j] = V::Fma(query, state[j], read[t][j]);
      }
    }
    row += from.stride;
  }
#pragma GCC unroll 8
  for (int j = 0; j < kVectors; j++) {
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; t++) {
      F delta = V::Fnma(V::Set(step.decay[t]), memory[t][j], load(v + t * v_stride, j));
#pragma GCC unroll 4
      for (int s = 0; s < t; s++) delta = V::Fnma(V::Set(step.kk[t][s]), memory[s][j], delta);
      memory[t][j] = V::Mul(V::Set(step.beta[t]), delta);
      F o = V::Mul(V::Set(step.decay[t]), read[t][j]);
#pragma GCC unroll 4
      for (int s = 0; s <= t; s++) o = V::Fma(V::Set(step.kq[t][s]), memory[s][j], o);
      store(out + t * out_stride, j, o);
    }
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; t++) memory[t][j] = V::Mul(V::Set(step.kept[t]), memory[t][j]);
  }
  const F decay = V::Set(step.decay[kTokens - 1]);
  row = from.data;
  float* written = to.data;
  const int64_t read_stride = row == nullptr ? 0 : from.stride;
  const int64_t write_stride = to.stride;
  for (int64_t i = 0; i < k_dim; i++) {
    F state[kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) state[j] = row == nullptr ? V::Zero() : V::Mul(decay, load(row, j));
#pragma GCC unroll 4
    for (int t = 0; t < kTokens; t++) {
      F key = V::Set(k[t * k_dim + i]);
#pragma GCC unroll 8
      for (int j = 0; j < kVectors; j++) state[j] = V::Fma(key, memory[t][j], state[j]);
    }
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) kStream ? V::Stream(written + 16 * j, state[j]) : store(written, j, state[j]);
    row += read_stride;
    written += write_stride;
  }
}

}  // namespace deltaport
