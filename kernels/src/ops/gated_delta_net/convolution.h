// The causal convolution of a head's channels, with activation, norm and state. Compiled for one
// level.
#pragma once

#include <cstdint>

#include "core/activation.h"
#include "ops/gated_delta_net/kernel.h"
#include "simd/math.h"

namespace deltaport {

// A stretch of convolution channels that lie side by side, in a row of the inputs as in a row of the state.
struct ChannelRun {
  int64_t channel;  // first
  int64_t offset;   // of it in a row of the inputs
  int64_t count;
};

// The channels of a K head and of one of its V heads.
inline __attribute__((always_inline)) ChannelRun QueryChannels(const GatedDeltaNetParams& p, int64_t k_head) {
  return {k_head * p.k_dim, p.in.query(k_head), p.k_dim};
}

inline __attribute__((always_inline)) ChannelRun KeyChannels(const GatedDeltaNetParams& p, int64_t k_head) {
  return {(p.k_heads + k_head) * p.k_dim, p.in.key(k_head), p.k_dim};
}

inline __attribute__((always_inline)) ChannelRun ValueChannels(const GatedDeltaNetParams& p, int64_t v_head) {
  int64_t offset = p.in.value(v_head / p.ratio(), v_head % p.ratio() * p.v_dim);
  return {2 * p.k_heads * p.k_dim + v_head * p.v_dim, offset, p.v_dim};
}

template <class V>
struct Convolution {
  using F = typename V::F;
  static constexpr float kL2NormEpsilon = 1e-6f;

  const GatedDeltaNetParams& p;
  int64_t begin;       // first token of the sequence
  int64_t load_slot;   // -1 = zeros
  const float* zeros;  // [max(k_dim, v_dim)]

  // Inputs of a run of channels at a token that may lie before the sequence.
  const float* Input(const ChannelRun& run, int64_t token) const {
    if (token >= begin) return p.in.qkv + token * p.in.qkv_row + run.offset;
    if (load_slot < 0) return zeros;
    return p.conv_state + load_slot * p.conv_row() + (p.kernel - 1 - (begin - token)) * p.conv_dim() + run.channel;
  }

  // taps [kernel, count] of a run, from conv_weight [conv_dim, kernel].
  void Taps(const ChannelRun& run, float* taps) const {
    const float* from = p.conv_weight + run.channel * p.kernel;
    for (int64_t c = 0; c < run.count; c++) {
      for (int64_t tap = 0; tap < p.kernel; tap++) taps[tap * run.count + c] = from[c * p.kernel + tap];
    }
  }

  // to [count] = act(conv) at a token.
  void Convolve(const ChannelRun& run, const float* taps, int64_t token, float* to) const {
    if (p.kernel == 4) {
      ConvolveFour(run, taps, token, to);
    } else {
      ConvolveAny(run, taps, token, to);
    }
    if (p.activation != Activation::kSilu) ActivateAll(p.activation, to, run.count);
  }

  // x [n] *= scale / |x|.
  static void L2Norm(float scale, int64_t n, float* x) {
    F squares = V::Zero();
    for (int64_t i = 0; i < n; i += 16) squares = V::Fma(V::Load(x + i, n - i), V::Load(x + i, n - i), squares);
    F factor = V::Set(scale / __builtin_sqrtf(V::Sum(squares) + kL2NormEpsilon));
    for (int64_t i = 0; i < n; i += 16) V::Store(x + i, V::Mul(V::Load(x + i, n - i), factor), n - i);
  }

  // The inputs that the token after this one will need.
  void Save(const ChannelRun& run, int64_t token, int64_t row) const {
    for (int64_t tap = 0; tap < p.kernel - 1; tap++) {
      const float* from = Input(run, token - (p.kernel - 2) + tap);
      float* to = p.conv_state + row * p.conv_row() + tap * p.conv_dim() + run.channel;
      for (int64_t c = 0; c < run.count; c += 16) V::Store(to + c, V::Load(from + c, run.count - c), run.count - c);
    }
  }

 private:
  // The usual number of taps, and the activation while the sum is in a register.
  void ConvolveFour(const ChannelRun& run, const float* taps, int64_t token, float* to) const {
    const float* inputs[4];
    for (int64_t tap = 0; tap < 4; tap++) inputs[tap] = Input(run, token - 3 + tap);
    bool silu = p.activation == Activation::kSilu;
    for (int64_t c = 0; c < run.count; c += 16) {
      int64_t n = run.count - c;
      F sum = V::Zero();
#pragma GCC unroll 4
      for (int64_t tap = 0; tap < 4; tap++) {
        sum = V::Fma(V::Load(taps + tap * run.count + c, n), V::Load(inputs[tap] + c, n), sum);
      }
      V::Store(to + c, silu ? Silu<V>(sum) : sum, n);
    }
  }

  void ConvolveAny(const ChannelRun& run, const float* taps, int64_t token, float* to) const {
    bool silu = p.activation == Activation::kSilu;
    for (int64_t c = 0; c < run.count; c += 16) {
      int64_t n = run.count - c;
      F sum = V::Zero();
      for (int64_t tap = 0; tap < p.kernel; tap++) {
        const float* input = Input(run, token - (p.kernel - 1) + tap);
        sum = V::Fma(V::Load(taps + tap * run.count + c, n), V::Load(input + c, n), sum);
      }
      V::Store(to + c, silu ? Silu<V>(sum) : sum, n);
    }
  }
};

}  // namespace deltaport
