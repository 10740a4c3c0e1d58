// Gated DeltaNet (ops/gated_delta_net): convolution, gates, the recurrence and the gated norm.
#include "cuda/device/activation.h"
#include "cuda/device/delta_net.h"

namespace deltaport::cuda {

constexpr float kL2NormEpsilon = 1e-6f;

// A stretch of convolution channels that lie side by side, in a row of the inputs as in a row of the state.
struct ChannelRun {
  int channel;  // first
  int offset;   // of it in a row of the inputs
  int count;
};

// The convolution at one token.
struct Convolution {
  const DeltaArgs& a;
  int token;
  int begin;  // first token of the sequence
  int load_slot;

  // Input of channel i of a run at a token that may lie before the sequence: then in the loaded state, or zero.
  DEVICE float Input(const ChannelRun& run, int at, int i) const {
    if (at >= begin) return a.in.qkv[static_cast<int64_t>(at) * a.in.qkv_row + run.offset + i];
    if (load_slot < 0) return 0.0f;
    int64_t tap = a.kernel - 1 - (begin - at);
    return a.conv_state[(static_cast<int64_t>(load_slot) * (a.kernel - 1) + tap) * ConvDimOf(a) + run.channel + i];
  }

  DEVICE float Convolved(const ChannelRun& run, int i) const {
    const float* weight = a.conv_weight + static_cast<int64_t>(run.channel + i) * a.kernel;
    float sum = 0;
    KEEP_LOOP
    for (int tap = 0; tap < a.kernel; tap++) sum += weight[tap] * Input(run, token - (a.kernel - 1) + tap, i);
    return Activate(a.activation, sum);
  }

  // to [count]; returns the squares of what this thread wrote.
  DEVICE float Convolve(const ChannelRun& run, float* to) const {
    float squares = 0;
    for (int i = Thread(); i < run.count; i += Threads()) {
      float value = Convolved(run, i);
      to[i] = value;
      squares += value * value;
    }
    return squares;
  }

  // The window that the next token starts from, where this one's state is kept.
  DEVICE void Save(const ChannelRun& run) const {
    int slot = a.save_slots[token];
    if (slot < 0) return;
    KEEP_LOOP
    for (int tap = 0; tap < a.kernel - 1; tap++) {
      int64_t state = (static_cast<int64_t>(slot) * (a.kernel - 1) + tap) * ConvDimOf(a) + run.channel;
      for (int i = Thread(); i < run.count; i += Threads()) {
        a.conv_state[state + i] = Input(run, token - (a.kernel - 2) + tap, i);
      }
    }
  }
};

// Everything that a token needs of its neighbours: grid (tokens, k_heads).
KERNEL(delta_prepare, DeltaArgs, 128, 8) {
  SHARED(float, sums, kWarp);
  int token = static_cast<int>(blockIdx.x);
  int k_head = static_cast<int>(blockIdx.y);
  int seq = SequenceOf(a.cu_seq_lens, a.seqs, token);
  Convolution convolution{a, token, a.cu_seq_lens[seq], a.load_slots[seq]};
  int ratio = RatioOf(a);
  int64_t row = static_cast<int64_t>(token) * a.k_heads + k_head;
  KEEP_LOOP
  for (int part = 0; part < 3; part++) {  // q, k, v
    bool values = part == 2;
    int width = values ? ratio * a.v_dim : a.k_dim;
    int offset = values ? a.in.value(k_head, 0) : part == 1 ? a.in.key(k_head) : a.in.query(k_head);
    ChannelRun run{part * a.k_heads * a.k_dim + k_head * width, offset, width};
    float* to = (values ? a.v : part == 1 ? a.k : a.q) + row * width;
    float squares = convolution.Convolve(run, to);
    if (!values) {
      float scale = part == 0 ? rsqrtf(static_cast<float>(a.k_dim)) : 1.0f;
      float factor = rsqrtf(BlockSum(squares, sums) + kL2NormEpsilon) * scale;
      for (int i = Thread(); i < width; i += Threads()) to[i] *= factor;
    }
    convolution.Save(run);
  }
  for (int r = Thread(); r < ratio; r += Threads()) {
    int64_t gate = a.in.gate_at(token, k_head, r);
    int v_head = k_head * ratio + r;
    a.beta[row * ratio + r] = Sigmoid(a.in.b[gate]);
    a.decay[row * ratio + r] = expf(-a.a_exp[v_head] * Softplus(a.in.a[gate] + a.dt_bias[v_head]));
  }
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
  const float* z =
      a.in.z + a.in.z_at(static_cast<int>(blockIdx.x), v_head / ratio, v_head % ratio * a.v_dim);  // [v_dim]
  float squares = 0;
  for (int i = Thread(); i < a.v_dim; i += Threads()) squares += out[i] * out[i];
  float inverse = rsqrtf(BlockSum(squares, sums) / static_cast<float>(a.v_dim) + a.epsilon);
  for (int i = Thread(); i < a.v_dim; i += Threads()) {
    a.y[row * a.v_dim + i] = a.norm_weight[i] * (out[i] * inverse) * Silu(z[i]);
  }
}

}  // namespace deltaport::cuda
