// Gated attention (ops/gated_attention). Keys are read in chunks: each chunk has a softmax of its own, and the chunks'
// results are merged in order, by a launch of its own where a run may have several (split KV).
#include "cuda/device/attention_steps.h"

namespace deltaport::cuda {

constexpr int kKeys = 32;                           // in a tile, one a lane
constexpr int kThreads = 128;                       // of a block
constexpr int kOwn = kMostDim / kThreads;           // columns of the result a thread
constexpr int kWarpHeads = kHeads * 32 / kThreads;  // query heads a warp scores

// to [head_dim] = norm and partial rotation of a head's vector, times `scale`.
DEVICE void NormRotate(const AttentionArgs& a, const float* from, const float* norm, int64_t token, float scale,
                       float* sums, float* to) {
  int head_dim = a.cache.head_dim;
  int half = a.rotary / 2;
  const float* cos = a.cos_sin + token * a.rotary;  // [rotary / 2]
  const float* sin = cos + half;                    // [rotary / 2]
  float squares = 0;
  for (int i = Thread(); i < head_dim; i += Threads()) squares += from[i] * from[i];
  float inverse = rsqrtf(BlockSum(squares, sums) / static_cast<float>(head_dim) + a.epsilon);
  for (int i = Thread(); i < head_dim; i += Threads()) {
    float value = from[i] * inverse * norm[i];
    if (i < half) {
      value = value * cos[i] - from[half + i] * inverse * norm[half + i] * sin[i];
    } else if (i < 2 * half) {
      value = value * cos[i - half] + from[i - half] * inverse * norm[i - half] * sin[i - half];
    }
    to[i] = value * scale;
  }
}

// Stores a vector [head_dim] in shared memory into the cache.
DEVICE void StoreVector(const CacheArgs& cache, uint8_t* part, int64_t block, int kv_head, int token, const float* from,
                        float* largest) {
  uint8_t* to = part + SlotOffset(cache, block, kv_head, token);
  if (cache.element_bytes > 1) {
    for (int i = Thread(); i < cache.head_dim; i += Threads()) {
      if (cache.element_bytes == 4) {
        reinterpret_cast<float*>(to)[i] = from[i];
      } else {
        reinterpret_cast<uint16_t*>(to)[i] = static_cast<uint16_t>(Bf16FromF32(from[i]));
      }
    }
    return;
  }
  float most = 0;
  for (int i = Thread(); i < cache.head_dim; i += Threads()) {
    float size = fabsf(from[i]);
    most = fmaxf(most, size <= MostFloat() ? size : Infinity());  // a NaN counts as one
  }
  most = WarpMax(most);
  if (Lane() == 0) largest[Warp()] = most;
  __syncthreads();
  for (int w = 0; w < Threads() / kWarp; w++) most = fmaxf(most, largest[w]);
  float scale = most / 127.0f;
  scale += scale - scale;  // NaN where an element was not finite
  float inverse = scale > 0 ? 1.0f / scale : 0.0f;
  for (int i = Thread(); i < cache.head_dim; i += Threads()) {
    float rounded = scale > 0 ? rintf(fminf(fmaxf(from[i] * inverse, -127.0f), 127.0f)) : 0.0f;
    to[i] = static_cast<uint8_t>(static_cast<int8_t>(rounded));
  }
  if (Thread() < 4) {
    part[ScaleOffset(cache, block, kv_head, token) + Thread()] =
        static_cast<uint8_t>(__float_as_uint(scale) >> (8 * Thread()));
  }
  __syncthreads();
}

// Queries for the next launch, keys and values into the cache: grid (tokens, q_heads + kv_heads).
KERNEL(attention_prepare, AttentionArgs, 128) {
  SHARED(float, sums, kWarp);
  SHARED(float, vector, kMostDim);
  const CacheArgs& cache = a.cache;
  int64_t token = blockIdx.x;
  int head = static_cast<int>(blockIdx.y);
  if (head < a.q_heads) {
    int64_t row = token * a.q_heads + head;
    NormRotate(a, a.q_gate + row * 2 * cache.head_dim, a.q_norm, token, a.scale, sums,
               a.queries + row * cache.head_dim);
    return;
  }
  int kv_head = head - a.q_heads;
  int seq = SequenceOf(a.cu_seq_lens, a.seqs, static_cast<int>(token));
  int position = PositionOf(a, seq, static_cast<int>(token));
  int64_t block = a.block_table[seq * a.max_blocks + position / cache.block];
  int64_t offset = (token * cache.kv_heads + kv_head) * cache.head_dim;
  NormRotate(a, a.k + offset, a.k_norm, token, 1.0f, sums, vector);
  __syncthreads();
  StoreVector(cache, cache.keys, block, kv_head, position % cache.block, vector, sums);
  StoreVector(cache, cache.values, block, kv_head, position % cache.block, a.v + offset, sums);
}

// Where a block's queries stand, and what they may read.
struct Queries {
  HeadGroup heads;
  int64_t token;
  int seq;
  int length;  // keys

  DEVICE Queries(const AttentionArgs& a) : heads(a) {
    token = a.first_token + static_cast<int64_t>(blockIdx.x);
    seq = SequenceOf(a.cu_seq_lens, a.seqs, static_cast<int>(token));
    length = PositionOf(a, seq, static_cast<int>(token)) + 1;
  }
};

// Reads keys (or values) begin to begin + kKeys into tile [kKeys, kMostDim + 1]; zeros past the end.
DEVICE void LoadTile(const AttentionArgs& a, const Queries& queries, const uint8_t* part, int begin, float* tile) {
  const CacheArgs& cache = a.cache;
  for (int j = Warp(); j < kKeys; j += kThreads / kWarp) {
    int key = begin + j;
    float* to = tile + j * (kMostDim + 1);
    if (key >= queries.length) {
      for (int i = Lane(); i < cache.head_dim; i += kWarp) to[i] = 0.0f;
      continue;
    }
    int64_t block = a.block_table[queries.seq * a.max_blocks + key / cache.block];
    const uint8_t* from = part + SlotOffset(cache, block, queries.heads.kv_head, key % cache.block);
    float scale = 0;
    if (cache.element_bytes == 1) {
      const uint8_t* bytes = part + ScaleOffset(cache, block, queries.heads.kv_head, key % cache.block);
      scale = __uint_as_float(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<uint32_t>(bytes[3]) << 24);
    }
    for (int i = Lane(); i < cache.head_dim; i += kWarp) to[i] = LoadElement(cache, from, scale, i);
  }
}

// Running largest score and sum of exponentials of one query.
struct Softmax {
  float largest = MinusInfinity();
  float sum = 0;
};

// What merging multiplies the older and the newer part with.
struct Factors {
  float older;
  float newer;
};

DEVICE Factors Merge(Softmax& total, float largest, float sum) {
  float most = fmaxf(total.largest, largest);
  Factors factors{total.largest == MinusInfinity() ? 0.0f : expf(total.largest - most), expf(largest - most)};
  total.largest = most;
  total.sum = fmaf(sum, factors.newer, total.sum * factors.older);
  return factors;
}

DEVICE float Merged(const Factors& factors, float older, float newer) {
  return fmaf(newer, factors.newer, older * factors.older);
}

struct AttentionMemory {
  float q[kHeads * kMostDim];
  float tile[kKeys * (kMostDim + 1)];
  float weights[kHeads * kKeys];
  float shrink[kHeads];
  float largest[kHeads];
  float sums[kHeads];
};

// Scores of one tile, as weights exp(score - largest) in shared memory: lane = key, a warp has kWarpHeads queries.
DEVICE void Score(const AttentionArgs& a, const Queries& queries, int begin, AttentionMemory& memory,
                  Softmax* softmax) {
  const float* key = memory.tile + Lane() * (kMostDim + 1);
  float scores[kWarpHeads] = {};
  for (int i = 0; i < a.cache.head_dim; i++) {
    UNROLL
    for (int h = 0; h < kWarpHeads; h++) scores[h] += memory.q[(Warp() * kWarpHeads + h) * kMostDim + i] * key[i];
  }
  UNROLL
  for (int h = 0; h < kWarpHeads; h++) {
    float score = begin + Lane() < queries.length ? scores[h] : MinusInfinity();
    float largest = fmaxf(softmax[h].largest, WarpMax(score));
    float shrink = softmax[h].largest == MinusInfinity() ? 0.0f : expf(softmax[h].largest - largest);
    float weight = expf(score - largest);
    softmax[h].largest = largest;
    softmax[h].sum = softmax[h].sum * shrink + WarpSum(weight);
    int head = Warp() * kWarpHeads + h;
    memory.weights[head * kKeys + Lane()] = weight;
    if (Lane() == 0) memory.shrink[head] = shrink;
  }
}

// One chunk from key `begin` on: results [kHeads, kOwn] of this thread's columns, not yet divided; largest and sums in
// shared memory.
DEVICE void AttendChunk(const AttentionArgs& a, const Queries& queries, int begin, AttentionMemory& memory,
                        float (*result)[kOwn]) {
  Softmax softmax[kWarpHeads];
  UNROLL
  for (int h = 0; h < kHeads; h++) {
    UNROLL
    for (int c = 0; c < kOwn; c++) result[h][c] = 0;
  }
  int end = min(begin + a.chunk_keys, queries.length);
  for (int key = begin; key < end; key += kKeys) {
    LoadTile(a, queries, a.cache.keys, key, memory.tile);
    __syncthreads();
    Score(a, queries, key, memory, softmax);
    __syncthreads();
    LoadTile(a, queries, a.cache.values, key, memory.tile);
    __syncthreads();
    UNROLL
    for (int h = 0; h < kHeads; h++) {
      UNROLL
      for (int c = 0; c < kOwn; c++) result[h][c] *= memory.shrink[h];
    }
    for (int j = 0; j < kKeys; j++) {
      UNROLL
      for (int c = 0; c < kOwn; c++) {
        int column = Thread() + c * kThreads;
        float value = column < a.cache.head_dim ? memory.tile[j * (kMostDim + 1) + column] : 0.0f;
        UNROLL
        for (int h = 0; h < kHeads; h++) result[h][c] += memory.weights[h * kKeys + j] * value;
      }
    }
    __syncthreads();
  }
  if (Lane() == 0) {
    UNROLL
    for (int h = 0; h < kWarpHeads; h++) {
      memory.largest[Warp() * kWarpHeads + h] = softmax[h].largest;
      memory.sums[Warp() * kWarpHeads + h] = softmax[h].sum;
    }
  }
  __syncthreads();
}

DEVICE void LoadQueries(const AttentionArgs& a, const Queries& queries, float* q) {
  const float* from = a.queries + (queries.token * a.q_heads + queries.heads.first) * a.cache.head_dim;
  for (int i = Thread(); i < kHeads * kMostDim; i += kThreads) {
    int head = i / kMostDim;
    int column = i % kMostDim;
    bool there = head < queries.heads.count && column < a.cache.head_dim;
    q[i] = there ? from[head * a.cache.head_dim + column] : 0.0f;
  }
  __syncthreads();
}

// Some queries that have one chunk of keys: grid (tokens, kv_heads * query_groups). Merged as of several, so that the
// bits are the same beside a longer sequence.
KERNEL(attention, AttentionArgs, kThreads) {
  SHARED(AttentionMemory, memory, 1);
  Queries queries(a);
  LoadQueries(a, queries, memory->q);
  float result[kHeads][kOwn];
  AttendChunk(a, queries, 0, *memory, result);
  UNROLL
  for (int h = 0; h < kHeads; h++) {
    Softmax total;
    Factors factors = Merge(total, memory->largest[h], memory->sums[h]);
    UNROLL
    for (int c = 0; c < kOwn; c++) {
      int column = Thread() + c * kThreads;
      if (h < queries.heads.count && column < a.cache.head_dim) {
        float sum = Merged(factors, 0.0f, result[h][c]);
        StoreGated(a, queries.token * a.q_heads + queries.heads.first + h, column, sum / total.sum);
      }
    }
  }
}

// One chunk of some queries: grid (tokens, kv_heads * query_groups, chunks).
KERNEL(attention_split, AttentionArgs, kThreads) {
  SHARED(AttentionMemory, memory, 1);
  Queries queries(a);
  int chunk = static_cast<int>(blockIdx.z);
  if (chunk * a.chunk_keys >= queries.length) return;
  LoadQueries(a, queries, memory->q);
  float result[kHeads][kOwn];
  AttendChunk(a, queries, chunk * a.chunk_keys, *memory, result);
  int64_t row = static_cast<int64_t>(blockIdx.x) * a.q_heads + queries.heads.first;  // of the launch
  UNROLL
  for (int h = 0; h < kHeads; h++) {
    if (h >= queries.heads.count) continue;
    int64_t part = (row + h) * a.chunks + chunk;
    if (Thread() == 0) {
      a.partial_sums[2 * part] = memory->largest[h];
      a.partial_sums[2 * part + 1] = memory->sums[h];
    }
    UNROLL
    for (int c = 0; c < kOwn; c++) {
      int column = Thread() + c * kThreads;
      if (column < a.cache.head_dim) a.partial[part * a.cache.head_dim + column] = result[h][c];
    }
  }
}

// Merges the chunks: grid (tokens, q_heads).
KERNEL(attention_merge, AttentionArgs, kThreads) {
  int token = a.first_token + static_cast<int>(blockIdx.x);
  int seq = SequenceOf(a.cu_seq_lens, a.seqs, token);
  int length = PositionOf(a, seq, token) + 1;
  int64_t row = static_cast<int64_t>(blockIdx.x) * a.q_heads + static_cast<int>(blockIdx.y);  // of the launch
  for (int column = Thread(); column < a.cache.head_dim; column += kThreads) {
    Softmax total;
    float sum = 0;
    for (int chunk = 0; chunk * a.chunk_keys < length; chunk++) {
      int64_t part = row * a.chunks + chunk;
      Factors factors = Merge(total, a.partial_sums[2 * part], a.partial_sums[2 * part + 1]);
      sum = Merged(factors, sum, a.partial[part * a.cache.head_dim + column]);
    }
    StoreGated(a, static_cast<int64_t>(a.first_token) * a.q_heads + row, column, sum / total.sum);
  }
}

}  // namespace deltaport::cuda
