// The gated delta rule over chunks of eight tokens, in fast mode for sequences too long to take one by one. With state
// S before a chunk, decay a_t and A(s, t) = a_(s+1) ... a_t:
//   delta_t = beta_t (v_t - A(-1, t) S^T k_t - sum_(s < t) A(s, t) (k_s . k_t) delta_s)
//   out_t   = A(-1, t) S^T q_t + sum_(s <= t) A(s, t) (k_s . q_t) delta_s
//   S      <- A(-1, n-1) S + sum_s A(s, n-1) k_s delta_s^T
// so the state in registers is read and written once for all eight, and threads wait for each other twice.
#include "cuda/device/delta_net.h"

namespace deltaport::cuda {

// First token of the chunk of a token whose sequence begins at `begin`.
DEVICE int ChunkOf(int begin, int token) { return begin + (token - begin) / kDeltaChunk * kDeltaChunk; }

// k_s . k_t and k_s . q_t of each token t with those of its chunk up to it: one warp, grid (tokens, k_heads).
KERNEL(delta_products, DeltaArgs, 32) {
  int token = static_cast<int>(blockIdx.x);
  int begin = a.cu_seq_lens[SequenceOf(a.cu_seq_lens, a.seqs, token)];
  int first = ChunkOf(begin, token);
  int64_t row = static_cast<int64_t>(token) * a.k_heads + static_cast<int>(blockIdx.y);
  const float* q = a.q + row * a.k_dim;
  const float* k = a.k + row * a.k_dim;
  for (int s = first; s <= token; s++) {
    const float* other = k - static_cast<int64_t>(token - s) * a.k_heads * a.k_dim;
    float kk = 0;
    float kq = 0;
    for (int i = Lane(); i < a.k_dim; i += kWarp) {
      kk += other[i] * k[i];
      kq += other[i] * q[i];
    }
    kk = WarpSum(kk);
    kq = WarpSum(kq);
    if (Lane() == 0) {
      a.kk[row * kDeltaChunk + s - first] = kk;
      a.kq[row * kDeltaChunk + s - first] = kq;
    }
  }
}

constexpr int kChunkRows = 32;  // of a column in a thread: k_dim up to 128, a larger one has no room in the registers

// What the columns of a chunk share.
struct ChunkMemory {
  float k[kChunkRows * kStripes][kDeltaChunk];
  float q[kChunkRows * kStripes][kDeltaChunk];
  float kk[kDeltaChunk][kDeltaChunk];       // A(s, t) (k_s . k_t) at [t][s], s < t
  float kq[kDeltaChunk][kDeltaChunk];       // A(s, t) (k_s . q_t) at [t][s], s <= t
  float between[kDeltaChunk][kDeltaChunk];  // A(s, t) at [t][s]
  float through[kDeltaChunk];               // A(-1, t)
  float beta[kDeltaChunk];
  float parts[2 * kDeltaChunk][kStripes][kDeltaColumns];
};

struct Chunk {
  int v_head;
  int k_head;
  int first;
  int count;
};

// Threads 0 to 63 fill in one pair (t, s) each; past the last token decays are 1 and all else is 0.
DEVICE void LoadChunk(const DeltaArgs& a, const Chunk& chunk, ChunkMemory& memory) {
  for (int i = Thread(); i < kChunkRows * kStripes; i += Threads()) {
    UNROLL
    for (int t = 0; t < kDeltaChunk; t++) {
      int64_t row = (static_cast<int64_t>(chunk.first + t) * a.k_heads + chunk.k_head) * a.k_dim + i;
      bool there = t < chunk.count && i < a.k_dim;
      memory.k[i][t] = there ? a.k[row] : 0.0f;
      memory.q[i][t] = there ? a.q[row] : 0.0f;
    }
  }
  if (Thread() >= kDeltaChunk * kDeltaChunk) return;
  int t = Thread() / kDeltaChunk;
  int s = Thread() % kDeltaChunk;
  float between = 1;
  for (int i = s + 1; i <= t && i < chunk.count; i++) {
    between *= a.decay[static_cast<int64_t>(chunk.first + i) * a.v_heads + chunk.v_head];
  }
  bool there = s <= t && t < chunk.count;
  int64_t pair = (static_cast<int64_t>(chunk.first + t) * a.k_heads + chunk.k_head) * kDeltaChunk + s;
  memory.between[t][s] = between;
  memory.kk[t][s] = there ? between * a.kk[pair] : 0.0f;
  memory.kq[t][s] = there ? between * a.kq[pair] : 0.0f;
  if (s == 0) {
    memory.through[t] = between * a.decay[static_cast<int64_t>(chunk.first) * a.v_heads + chunk.v_head];
    memory.beta[t] = t < chunk.count ? a.beta[static_cast<int64_t>(chunk.first + t) * a.v_heads + chunk.v_head] : 0.0f;
  }
}

// known = S^T k and read = S^T q of this column, for every token.
DEVICE void ReadState(const StateColumn<kChunkRows>& state, ChunkMemory& memory, float* known, float* read) {
  UNROLL
  for (int t = 0; t < kDeltaChunk; t++) known[t] = read[t] = 0;
  UNROLL
  for (int r = 0; r < kChunkRows; r++) {
    int i = r * kStripes + Warp();
    UNROLL
    for (int t = 0; t < kDeltaChunk; t++) {
      known[t] += state.rows[r] * memory.k[i][t];
      read[t] += state.rows[r] * memory.q[i][t];
    }
  }
  UNROLL
  for (int t = 0; t < kDeltaChunk; t++) {
    memory.parts[2 * t][Warp()][Lane()] = known[t];
    memory.parts[2 * t + 1][Warp()][Lane()] = read[t];
  }
  __syncthreads();
  UNROLL
  for (int t = 0; t < kDeltaChunk; t++) {
    known[t] = read[t] = 0;
    UNROLL
    for (int s = 0; s < kStripes; s++) {
      known[t] += memory.parts[2 * t][s][Lane()];
      read[t] += memory.parts[2 * t + 1][s][Lane()];
    }
  }
}

// delta [kDeltaChunk] of this column, and its outputs.
DEVICE void Solve(const DeltaArgs& a, const Chunk& chunk, const ChunkMemory& memory, int column, const float* known,
                  const float* read, float* delta) {
  bool there = column < a.v_dim;
  UNROLL
  for (int t = 0; t < kDeltaChunk; t++) {
    int64_t at = (static_cast<int64_t>(chunk.first + t) * a.v_heads + chunk.v_head) * a.v_dim + column;
    bool real = there && t < chunk.count;
    float value = (real ? a.v[at] : 0.0f) - memory.through[t] * known[t];
    float out = memory.through[t] * read[t];
    UNROLL
    for (int s = 0; s < t; s++) {
      value -= memory.kk[t][s] * delta[s];
      out += memory.kq[t][s] * delta[s];
    }
    delta[t] = value * memory.beta[t];
    if (t % kStripes == Warp() && real) a.out[at] = out + memory.kq[t][t] * delta[t];
  }
}

// The state after token `last` of the chunk.
DEVICE void Advance(const StateColumn<kChunkRows>& from, const ChunkMemory& memory, const float* delta, int last,
                    StateColumn<kChunkRows>& to) {
  float kept[kDeltaChunk];
  UNROLL
  for (int t = 0; t < kDeltaChunk; t++) kept[t] = t <= last ? memory.between[last][t] * delta[t] : 0.0f;
  float through = memory.through[last];
  UNROLL
  for (int r = 0; r < kChunkRows; r++) {
    float value = through * from.rows[r];
    UNROLL
    for (int t = 0; t < kDeltaChunk; t++) value += memory.k[r * kStripes + Warp()][t] * kept[t];
    to.rows[r] = value;
  }
}

// Grid as the recurrence: (v_heads, columns, seqs).
DEVICE void DeltaChunked(const DeltaArgs& a) {
  SHARED(ChunkMemory, memory, 1);
  int seq = static_cast<int>(blockIdx.z);
  int begin = a.cu_seq_lens[seq];
  int end = a.cu_seq_lens[seq + 1];
  if (end - begin <= a.most_recurrent) return;
  int v_head = static_cast<int>(blockIdx.x);
  int column = static_cast<int>(blockIdx.y) * kDeltaColumns + Lane();
  bool there = column < a.v_dim;
  StateColumn<kChunkRows> state;
  state.Load(there ? RowOf(a, a.load_slots[seq], v_head, column) : nullptr, a.k_dim, a.v_dim);
  for (int first = begin; first < end; first += kDeltaChunk) {
    Chunk chunk{v_head, v_head / RatioOf(a), first, min(kDeltaChunk, end - first)};
    LoadChunk(a, chunk, *memory);
    __syncthreads();
    float known[kDeltaChunk];
    float read[kDeltaChunk];
    float delta[kDeltaChunk];
    ReadState(state, *memory, known, read);
    Solve(a, chunk, *memory, column, known, read, delta);
    for (int t = 0; t < chunk.count; t++) {
      if (a.save_slots[first + t] < 0 || !there) continue;
      StateColumn<kChunkRows> saved;
      Advance(state, *memory, delta, t, saved);
      saved.Save(RowOf(a, a.save_slots[first + t], v_head, column), a.k_dim, a.v_dim);
    }
    Advance(state, *memory, delta, chunk.count - 1, state);
    __syncthreads();
  }
}

KERNEL(delta_chunked_128, DeltaArgs, 128) { DeltaChunked(a); }

}  // namespace deltaport::cuda
