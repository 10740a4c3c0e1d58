#include <algorithm>
#include <cmath>
#include <limits>

#include "core/activation.h"
#include "core/math.h"
#include "ops/gated_attention/kernel.h"

namespace deltaport {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();

// Norm and partial rotation of one head's vector.
void NormRotate(const GatedAttentionParams& params, const float* from, const float* norm, int64_t token, float* to) {
  int64_t head_dim = params.cache.head_dim;
  int64_t half = params.rotary / 2;
  const float* cos = params.cos_sin + token * params.rotary;  // [rotary / 2]
  const float* sin = cos + half;                              // [rotary / 2]
  float inverse = InverseRms(from, head_dim, params.epsilon);
  for (int64_t i = 0; i < head_dim; i++) to[i] = from[i] * inverse * norm[i];
  for (int64_t i = 0; i < half; i++) {
    float first = to[i];
    float second = to[half + i];
    to[i] = first * cos[i] - second * sin[i];
    to[half + i] = second * cos[i] + first * sin[i];
  }
}

void Append(const GatedAttentionParams& params, int64_t seq, int64_t token, float* key) {  // key [head_dim]
  const KvCache& cache = params.cache;
  int64_t position = params.past_lens[seq] + token - params.cu_seq_lens[seq];
  int64_t block = params.block_table[seq * params.max_blocks + position / cache.block];
  for (int64_t head = 0; head < cache.kv_heads; head++) {
    int64_t offset = (token * cache.kv_heads + head) * cache.head_dim;
    NormRotate(params, params.k + offset, params.k_norm, token, key);
    StoreKv(cache, cache.keys, block, head, position % cache.block, key);
    StoreKv(cache, cache.values, block, head, position % cache.block, params.v + offset);
  }
}

// Running maximum, sum of exponentials and weighted sum of values; starts from nothing, stays finite.
struct OnlineSoftmax {
  float* values;  // [head_dim]
  int64_t head_dim;
  float largest = kMinusInfinity;
  float sum = 0;

  void Add(float score, const float* value) {
    if (score > largest) {
      float shrink = largest == kMinusInfinity ? 0.0f : std::exp(largest - score);
      for (int64_t i = 0; i < head_dim; i++) values[i] *= shrink;
      sum *= shrink;
      largest = score;
    }
    float weight = score == kMinusInfinity ? 0.0f : std::exp(score - largest);
    for (int64_t i = 0; i < head_dim; i++) values[i] += weight * value[i];
    sum += weight;
  }
};

void Attend(const GatedAttentionParams& params, int64_t seq, int64_t token, int64_t q_head, float* scratch) {
  const KvCache& cache = params.cache;
  int64_t head_dim = cache.head_dim;
  float* query = scratch;                                                                  // [head_dim]
  float* key = query + head_dim;                                                           // [head_dim]
  float* value = key + head_dim;                                                           // [head_dim]
  const float* q_gate = params.q_gate + (token * params.q_heads + q_head) * 2 * head_dim;  // [2, head_dim]
  float* y = params.y + (token * params.q_heads + q_head) * head_dim;                      // [head_dim]
  NormRotate(params, q_gate, params.q_norm, token, query);
  std::fill_n(y, head_dim, 0.0f);
  OnlineSoftmax softmax{y, head_dim};
  int64_t kv_head = q_head / (params.q_heads / cache.kv_heads);
  int64_t length = params.past_lens[seq] + token - params.cu_seq_lens[seq] + 1;
  float scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  for (int64_t j = 0; j < length; j++) {
    int64_t block = params.block_table[seq * params.max_blocks + j / cache.block];
    LoadKv(cache, cache.keys, block, kv_head, j % cache.block, key);
    LoadKv(cache, cache.values, block, kv_head, j % cache.block, value);
    softmax.Add(Dot(query, key, head_dim) * scale, value);
  }
  for (int64_t i = 0; i < head_dim; i++) y[i] = y[i] / softmax.sum * Sigmoid(q_gate[head_dim + i]);
}

}  // namespace

void GatedAttentionReference(const GatedAttentionParams& params, Parallel& parallel) {
  for (int64_t seq = 0; seq < params.seqs; seq++) {
    int64_t begin = params.cu_seq_lens[seq];
    int64_t n = params.cu_seq_lens[seq + 1] - begin;
    parallel.ForWith(params.cache.head_dim, n, [&](int64_t i, float* key) { Append(params, seq, begin + i, key); });
    parallel.ForWith(3 * params.cache.head_dim, n * params.q_heads, [&](int64_t i, float* scratch) {
      Attend(params, seq, begin + i / params.q_heads, i % params.q_heads, scratch);
    });
  }
}

}  // namespace deltaport
