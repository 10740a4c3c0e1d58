// Gated DeltaNet (ops/gated_delta_net): convolution, gates, the recurrence and the gated norm.
#include "cuda/device/activation.h"
#include "cuda/device/delta_net.h"

namespace deltaport::cuda {

constexpr float kL2NormEpsilon = 1e-6f;

// The channels of one K head at one token: its q, its k, the values of its V heads.
struct HeadChannels {
  const DeltaArgs& a;
  int token;
  int begin;  // first token of the sequence
  int load_slot;
  int k_head;

  // Convolution channel of element i.
  DEVICE int Channel(int i) const {
    if (i < a.k_dim) return k_head * a.k_dim + i;
    if (i < 2 * a.k_dim) return (a.k_heads - 1 + k_head) * a.k_dim + i;
    return 2 * a.k_heads * a.k_dim + k_head * RatioOf(a) * a.v_dim + i - 2 * a.k_dim;
  }

  // Where element i lies in a row of the inputs.
  DEVICE int Offset(int i) const {
    if (i < a.k_dim) return static_cast<int>(a.in.query(k_head)) + i;
    if (i < 2 * a.k_dim) return static_cast<int>(a.in.key(k_head)) + i - a.k_dim;
    return static_cast<int>(a.in.value(k_head, i - 2 * a.k_dim));
  }

  // Input of element i at a token that may lie before the sequence: then in the loaded state, or zero.
  DEVICE float Input(int at, int i) const {
    if (at >= begin) return a.in.qkv[at * a.in.qkv_row + Offset(i)];
    if (load_slot < 0) return 0.0f;
    int64_t tap = a.kernel - 1 - (begin - at);
    return a.conv_state[(static_cast<int64_t>(load_slot) * (a.kernel - 1) + tap) * ConvDimOf(a) + Channel(i)];
  }

  DEVICE float Convolved(int i) const {
    const float* weight = a.conv_weight + static_cast<int64_t>(Channel(i)) * a.kernel;
    float sum = 0;
    for (int tap = 0; tap < a.kernel; tap++) sum += weight[tap] * Input(token - (a.kernel - 1) + tap, i);
    return Activate(a.activation, sum);
  }

  // to [k_dim] = elements first to first + k_dim, with norm `scale`.
  DEVICE void Normed(int first, float scale, float* sums, float* to) const {
    float squares = 0;
    for (int i = Thread(); i < a.k_dim; i += Threads()) {
      float value = Convolved(first + i);
      to[i] = value;
      squares += value * value;
    }
    float factor = rsqrtf(BlockSum(squares, sums) + kL2NormEpsilon) * scale;
    for (int i = Thread(); i < a.k_dim; i += Threads()) to[i] *= factor;
  }

  DEVICE void Save(int row, int channels) const {
    for (int tap = 0; tap < a.kernel - 1; tap++) {
      int64_t state = (static_cast<int64_t>(row) * (a.kernel - 1) + tap) * ConvDimOf(a);
      for (int i = Thread(); i < channels; i += Threads()) {
        a.conv_state[state + Channel(i)] = Input(token - (a.kernel - 2) + tap, i);
      }
    }
  }
};

// Everything that a token needs of its neighbours: grid (tokens, k_heads).
KERNEL(delta_prepare, DeltaArgs, 128) {
  SHARED(float, sums, kWarp);
  int token = static_cast<int>(blockIdx.x);
  int k_head = static_cast<int>(blockIdx.y);
  int seq = SequenceOf(a.cu_seq_lens, a.seqs, token);
  HeadChannels head{a, token, a.cu_seq_lens[seq], a.load_slots[seq], k_head};
  int ratio = RatioOf(a);
  int64_t row = static_cast<int64_t>(token) * a.k_heads + k_head;
  head.Normed(0, rsqrtf(static_cast<float>(a.k_dim)), sums, a.q + row * a.k_dim);
  head.Normed(a.k_dim, 1.0f, sums, a.k + row * a.k_dim);
  for (int i = Thread(); i < ratio * a.v_dim; i += Threads()) {
    a.v[row * ratio * a.v_dim + i] = head.Convolved(2 * a.k_dim + i);
  }
  for (int r = Thread(); r < ratio; r += Threads()) {
    int64_t gate = a.in.gate(token, k_head, r);
    int v_head = k_head * ratio + r;
    a.beta[row * ratio + r] = Sigmoid(a.in.b[gate]);
    a.decay[row * ratio + r] = expf(-a.a_exp[v_head] * Softplus(a.in.a[gate] + a.dt_bias[v_head]));
  }
  if (a.save_slots[token] >= 0) head.Save(a.save_slots[token], 2 * a.k_dim + ratio * a.v_dim);
}

// The sum of a value of this column over its stripes.
DEVICE float StripeSum(float value, float* parts) {  // parts [kStripes, kDeltaColumns]
  parts[Thread()] = value;
  __syncthreads();
  float sum = 0;
  UNROLL
  for (int s = 0; s < kStripes; s++) sum += parts[s * kDeltaColumns + Lane()];
  return sum;
}

// The recurrence, token by token: grid (v_heads, columns, seqs).
template <int kRows>
DEVICE void DeltaRecurrent(const DeltaArgs& a) {
  SHARED(float, q, kRows* kStripes);
  SHARED(float, k, kRows* kStripes);
  SHARED(float, known, kStripes* kDeltaColumns);
  SHARED(float, read, kStripes* kDeltaColumns);
  int v_head = static_cast<int>(blockIdx.x);
  int k_head = v_head / RatioOf(a);
  int column = static_cast<int>(blockIdx.y) * kDeltaColumns + Lane();
  bool there = column < a.v_dim;
  int seq = static_cast<int>(blockIdx.z);
  if (a.cu_seq_lens[seq + 1] - a.cu_seq_lens[seq] > a.most_recurrent) return;
  StateColumn<kRows> state;
  state.Load(there ? RowOf(a, a.load_slots[seq], v_head, column) : nullptr, a.k_dim, a.v_dim);
  for (int t = a.cu_seq_lens[seq]; t < a.cu_seq_lens[seq + 1]; t++) {
    int64_t key_row = (static_cast<int64_t>(t) * a.k_heads + k_head) * a.k_dim;
    int64_t row = static_cast<int64_t>(t) * a.v_heads + v_head;
    for (int i = Thread(); i < kRows * kStripes; i += Threads()) {
      q[i] = i < a.k_dim ? a.q[key_row + i] : 0.0f;
      k[i] = i < a.k_dim ? a.k[key_row + i] : 0.0f;
    }
    __syncthreads();
    float decay = a.decay[row];
    float sum = 0;
    UNROLL
    for (int r = 0; r < kRows; r++) {
      state.rows[r] *= decay;
      sum += state.rows[r] * k[r * kStripes + Warp()];
    }
    float delta = ((there ? a.v[row * a.v_dim + column] : 0.0f) - StripeSum(sum, known)) * a.beta[row];
    sum = 0;
    UNROLL
    for (int r = 0; r < kRows; r++) {
      state.rows[r] += k[r * kStripes + Warp()] * delta;
      sum += state.rows[r] * q[r * kStripes + Warp()];
    }
    sum = StripeSum(sum, read);
    if (Warp() == 0 && there) a.out[row * a.v_dim + column] = sum;
    if (a.save_slots[t] >= 0 && there) {
      state.Save(RowOf(a, a.save_slots[t], v_head, column), a.k_dim, a.v_dim);
    }
  }
}

KERNEL(delta_recurrent_128, DeltaArgs, 128) { DeltaRecurrent<32>(a); }
KERNEL(delta_recurrent_256, DeltaArgs, 128) { DeltaRecurrent<64>(a); }

// Gated norm: grid (tokens, v_heads).
KERNEL(delta_norm, DeltaArgs, 128) {
  SHARED(float, sums, kWarp);
  int ratio = RatioOf(a);
  int v_head = static_cast<int>(blockIdx.y);
  int64_t row = static_cast<int64_t>(blockIdx.x) * a.v_heads + v_head;
  const float* out = a.out + row * a.v_dim;
  const float* z = a.in.z_at(static_cast<int>(blockIdx.x), v_head / ratio, v_head % ratio * a.v_dim);  // [v_dim]
  float squares = 0;
  for (int i = Thread(); i < a.v_dim; i += Threads()) squares += out[i] * out[i];
  float inverse = rsqrtf(BlockSum(squares, sums) / static_cast<float>(a.v_dim) + a.epsilon);
  for (int i = Thread(); i < a.v_dim; i += Threads()) {
    a.y[row * a.v_dim + i] = a.norm_weight[i] * (out[i] * inverse) * Silu(z[i]);
  }
}

}  // namespace deltaport::cuda
