// The gated delta rule, one token after the other, compiled for one level.
//
// With state S before a token, its decay a, beta, key k, query q and value v:
//   delta = beta (v - a S^T k)
//   out   = a S^T q + (k . q) delta
//   S    <- a S + k delta^T
// S^T k and S^T q of the next token are summed on the way, as a row of the new S passes through the registers: row by
// row from the first, in the same order as where S is read for them alone. So the bits of a token follow from the
// tokens before it, however many of them come together. Columns of S are independent of each other.
#pragma once

#include <cstdint>

namespace deltaport {

// Columns of a state: rows `stride` floats apart, or zeros.
struct StateColumns {
  float* data;
  int64_t stride;
};

// A token of one head.
struct DeltaToken {
  int64_t k_dim;
  const float* q;  // [k_dim]
  const float* k;  // [k_dim]
  float kq;        // k . q
  float decay;
  float beta;
};

// What a token takes from kVectors * 16 columns of the state before it.
template <class V, int kVectors>
struct StateSums {
  typename V::F known[kVectors];     // S^T k
  typename V::F recalled[kVectors];  // S^T q
};

template <class V>
float DotProduct(const float* a, const float* b, int64_t n) {
  typename V::F sum = V::Zero();
  for (int64_t i = 0; i < n; i += 16) sum = V::Fma(V::Load(a + i, n - i), V::Load(b + i, n - i), sum);
  return V::Sum(sum);
}

// kVectors * 16 columns, of which `columns` exist (kAll: all of them).
template <class V, int kVectors, bool kAll>
struct DeltaRule {
  using F = typename V::F;
  using Sums = StateSums<V, kVectors>;
  static constexpr int kWidth = kVectors;
  static constexpr bool kWhole = kAll;

  int64_t columns;

  Sums Read(const DeltaToken& token, const StateColumns& state) const {
    Sums sums;
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) sums.known[j] = sums.recalled[j] = V::Zero();
    const float* row = state.data;
    for (int64_t i = 0; row != nullptr && i < token.k_dim; i++) {
      F key = V::Set(token.k[i]);
      F query = V::Set(token.q[i]);
#pragma GCC unroll 8
      for (int j = 0; j < kVectors; j++) {
        F value = Load(row, j);
        sums.known[j] = V::Fma(key, value, sums.known[j]);
        sums.recalled[j] = V::Fma(query, value, sums.recalled[j]);
      }
      row += state.stride;
    }
    return sums;
  }

  // From the sums of a token and its v [columns]: its out [columns], and delta [kVectors].
  void Solve(const DeltaToken& token, const Sums& sums, const float* v, F* delta, float* out) const {
    F decay = V::Set(token.decay);
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) {
      delta[j] = V::Mul(V::Set(token.beta), V::Fnma(decay, sums.known[j], Load(v, j)));
      Store(out, j, V::Fma(V::Set(token.kq), delta[j], V::Mul(decay, sums.recalled[j])));
    }
  }

  // The state after a token, from the one before it; both may be the same memory. kStream: past the caches, to 64 byte
  // boundaries, the caller fences.
  template <bool kStream>
  void Write(const DeltaToken& token, const F* delta, const StateColumns& before, const StateColumns& after) const {
    F decay = V::Set(token.decay);
    Rows rows(before, after);
    for (int64_t i = 0; i < token.k_dim; i++, rows.Next()) {
      F key = V::Set(token.k[i]);
#pragma GCC unroll 8
      for (int j = 0; j < kVectors; j++) {
        F value = V::Fma(key, delta[j], Old(rows, decay, j));
        kStream ? V::Stream(rows.to + 16 * j, value) : Store(rows.to, j, value);
      }
    }
  }

  // The same; gives what the token after it reads.
  Sums WriteAndRead(const DeltaToken& token, const F* deltas, const StateColumns& before, const StateColumns& after,
                    const DeltaToken& next) const {
    Sums sums;
    F delta[kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; j++) {
      delta[j] = deltas[j];
      sums.known[j] = sums.recalled[j] = V::Zero();
    }
    F decay = V::Set(token.decay);
    Rows rows(before, after);
    for (int64_t i = 0; i < token.k_dim; i++, rows.Next()) {
      F key = V::Set(token.k[i]);
      F next_key = V::Set(next.k[i]);
      F next_query = V::Set(next.q[i]);
#pragma GCC unroll 8
      for (int j = 0; j < kVectors; j++) {
        F value = V::Fma(key, delta[j], Old(rows, decay, j));
        Store(rows.to, j, value);
        sums.known[j] = V::Fma(next_key, value, sums.known[j]);
        sums.recalled[j] = V::Fma(next_query, value, sums.recalled[j]);
      }
    }
    return sums;
  }

 private:
  // A row of the state before a token and its place after it.
  struct Rows {
    const float* from;  // null = zeros
    float* to;
    int64_t from_stride;
    int64_t to_stride;

    Rows(const StateColumns& before, const StateColumns& after)
        : from(before.data),
          to(after.data),
          from_stride(before.data == nullptr ? 0 : before.stride),
          to_stride(after.stride) {}

    void Next() {
      from += from_stride;
      to += to_stride;
    }
  };

  F Old(const Rows& rows, F decay, int j) const {
    return rows.from == nullptr ? V::Zero() : V::Mul(decay, Load(rows.from, j));
  }
  F Load(const float* from, int j) const {
    return kAll ? V::Load(from + 16 * j) : V::Load(from + 16 * j, columns - 16 * j);
  }
  void Store(float* to, int j, F x) const {
    kAll ? V::Store(to + 16 * j, x) : V::Store(to + 16 * j, x, columns - 16 * j);
  }
};

}  // namespace deltaport
