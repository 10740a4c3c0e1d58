// What one V head of one sequence reads of a run: its channels, convolved, activated and normed. Compiled for one
// level.
#pragma once

#include <cstdint>

#include "core/activation.h"
#include "ops/gated_delta_net/kernel.h"
#include "simd/math.h"

namespace deltaport {

// A stretch of convolution channels that lie side by side, in a row of qkvz as in a row of the state.
struct ChannelRun {
  int64_t channel;  // first
  int64_t offset;   // of it in a row of qkvz
  int64_t count;
  bool saved_here;  // whether this V head keeps its state (a K head's channels belong to its first V head)
};

struct HeadChannels {
  HeadChannels(const GatedDeltaNetParams& p, int64_t v_head) {
    int64_t k_head = v_head / p.ratio();
    int64_t begin = k_head * p.group();
    bool first = v_head % p.ratio() == 0;
    int64_t value = v_head % p.ratio() * p.v_dim;
    q = {k_head * p.k_dim, begin, p.k_dim, first};
    k = {(p.k_heads + k_head) * p.k_dim, begin + p.k_dim, p.k_dim, first};
    v = {2 * p.k_heads * p.k_dim + v_head * p.v_dim, begin + 2 * p.k_dim + value, p.v_dim, true};
    z = begin + 2 * p.k_dim + p.ratio() * p.v_dim + value;
  }

  ChannelRun q;
  ChannelRun k;
  ChannelRun v;
  int64_t z;  // offset of the output gate in a row of qkvz
};

template <class V>
struct Convolution {
  using F = typename V::F;
  static constexpr float kL2NormEpsilon = 1e-6f;

  const GatedDeltaNetParams& p;
  int64_t begin;     // first token of the sequence
  int64_t load_row;  // -1 = zeros

  // Convolution input of the first channel of a run at a token that may lie before the sequence; null = zeros.
  const float* Input(const ChannelRun& run, int64_t token) const {
    if (token >= begin) return p.qkvz + token * p.k_heads * p.group() + run.offset;
    if (load_row < 0) return nullptr;
    return p.conv_state + load_row * p.conv_row() + (p.kernel - 1 - (begin - token)) * p.conv_dim() + run.channel;
  }

  // taps [kernel, count] of a run, from conv_weight [conv_dim, kernel].
  void Taps(const ChannelRun& run, float* taps) const {
    const float* from = p.conv_weight + run.channel * p.kernel;
    for (int64_t tap = 0; tap < p.kernel; tap++) {
      for (int64_t c = 0; c < run.count; c++) taps[tap * run.count + c] = from[c * p.kernel + tap];
    }
  }

  // to [count] = act(conv) at a token.
  void Convolve(const ChannelRun& run, const float* taps, int64_t token, float* to) const {
    for (int64_t c = 0; c < run.count; c += 16) V::Store(to + c, V::Zero(), run.count - c);
    for (int64_t tap = 0; tap < p.kernel; tap++) {
      const float* input = Input(run, token - (p.kernel - 1) + tap);
      if (input == nullptr) continue;
      const float* weight = taps + tap * run.count;
      for (int64_t c = 0; c < run.count; c += 16) {
        int64_t n = run.count - c;
        V::Store(to + c, V::Fma(V::Load(weight + c, n), V::Load(input + c, n), V::Load(to + c, n)), n);
      }
    }
    if (p.activation != Activation::kSilu) return ActivateAll(p.activation, to, run.count);
    for (int64_t c = 0; c < run.count; c += 16)
      V::Store(to + c, Silu<V>(V::Load(to + c, run.count - c)), run.count - c);
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
    if (!run.saved_here) return;
    for (int64_t tap = 0; tap < p.kernel - 1; tap++) {
      const float* from = Input(run, token - (p.kernel - 2) + tap);
      float* to = p.conv_state + row * p.conv_row() + tap * p.conv_dim() + run.channel;
      for (int64_t c = 0; c < run.count; c += 16) {
        V::Store(to + c, from == nullptr ? V::Zero() : V::Load(from + c, run.count - c), run.count - c);
      }
    }
  }
};

}  // namespace deltaport
