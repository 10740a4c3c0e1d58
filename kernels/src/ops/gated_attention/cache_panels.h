// Keys and values of the cache as panels for the register tile, compiled for one level.
#pragma once

#include <cstdint>
#include <cstring>

#include "ops/gated_attention/kernel.h"

namespace deltaport {

// The vectors of one sequence and KV head, by position.
class CacheRows {
 public:
  CacheRows(const GatedAttentionParams& params, int64_t seq, int64_t kv_head)
      : cache_(params.cache), blocks_(params.block_table + seq * params.max_blocks), kv_head_(kv_head) {}

  const uint8_t* Row(const uint8_t* part, int64_t position) const {
    return part + cache_.vector(blocks_[position / cache_.block], kv_head_, position % cache_.block);
  }

  float Scale(const uint8_t* part, int64_t position) const {  // int8 only
    float scale;
    std::memcpy(&scale, part + cache_.scale(blocks_[position / cache_.block], kv_head_, position % cache_.block), 4);
    return scale;
  }

 private:
  const KvCache& cache_;
  const int32_t* blocks_;
  int64_t kv_head_;
};

// kElementBytes: of the form that takes the panels, 4 (float32) or 2 (bfloat16 pairs); the cache is widened or, where
// it is int8, decoded to that.
template <class V, int kElementBytes>
class CachePanels {
 public:
  using F = typename V::F;
  static constexpr int64_t kPairs = 4 / kElementBytes;  // elements of a word

  CachePanels(const GatedAttentionParams& params, int64_t seq, int64_t kv_head, float* edge_rows)
      : p(params), rows(params, seq, kv_head), edge(edge_rows) {}

  // Floats of edge_rows.
  static int64_t EdgeFloats(int64_t head_dim) { return 16 * Padded(head_dim); }

  static int64_t KeyWords(int64_t head_dim) { return (head_dim + kPairs - 1) / kPairs; }

  // 16 keys from `position` on, `count` of which exist, as [KeyWords, 16]: lanes are keys.
  void FillKeys(int64_t position, int64_t count, float* to) const {
    const int64_t head_dim = p.cache.head_dim;
    const int64_t words = KeyWords(head_dim);
    const uint8_t* from[16];
    for (int64_t i = 0; i < 16; i++) from[i] = Vector(p.cache.keys, position + (i < count ? i : 0), i);
    int64_t k = 0;
    for (; k + 16 <= words && (k + 16) * kPairs <= head_dim; k += 16) {
      V::Transpose(from, 4 * k, to + 16 * k);
    }
    if (k == words) return;
    alignas(64) uint8_t tail[16][64] = {};
    alignas(64) float turned[16][16];
    const uint8_t* tails[16];
    for (int64_t i = 0; i < 16; i++) {
      std::memcpy(tail[i], from[i] + 4 * k, static_cast<size_t>((head_dim - k * kPairs) * kElementBytes));
      tails[i] = tail[i];
    }
    V::Transpose(tails, 0, turned[0]);
    std::memcpy(to + 16 * k, turned, static_cast<size_t>(words - k) * 64);
  }

  // `count` values from `position` on as [head_dim / 16][words of `count`, 16]: lanes are dims, panels `stride` floats
  // apart; what fills up the last word is zero.
  void FillValues(int64_t position, int64_t count, float* to, int64_t stride) const {
    for (int64_t i = 0; i < count; i += kPairs) {
      const uint8_t* first = Vector(p.cache.values, position + i, 0);
      const uint8_t* second = kPairs == 2 && i + 1 < count ? Vector(p.cache.values, position + i + 1, 1) : nullptr;
      for (int64_t d = 0; d < p.cache.head_dim; d += 16) {
        int64_t n = p.cache.head_dim - d;
        float* word = to + d / 16 * stride + i / kPairs * 16;
        if constexpr (kPairs == 1) {
          V::Store(word, Load(first + 4 * d, n));
        } else {
          Interleave(first + 2 * d, second == nullptr ? nullptr : second + 2 * d, n, word);
        }
      }
    }
  }

 private:
  static int64_t Padded(int64_t n) { return (n + 15) / 16 * 16; }

  // A vector in this class's element type: where it lies, or decoded into row `at` of `edge`.
  const uint8_t* Vector(const uint8_t* part, int64_t position, int64_t at) const {
    const uint8_t* from = rows.Row(part, position);
    if (p.cache.element_bytes() == kElementBytes) return from;
    const int64_t n = p.cache.head_dim;
    float* to = edge + at * Padded(n);
    F scale = V::Set(p.cache.type == DP_KV_INT8 ? rows.Scale(part, position) : 1.0f);
    for (int64_t i = 0; i < n; i += 16) {
      alignas(64) uint8_t tail[64] = {};
      const uint8_t* lanes = from + i * p.cache.element_bytes();
      if (n - i < 16) {
        std::memcpy(tail, lanes, static_cast<size_t>((n - i) * p.cache.element_bytes()));
        lanes = tail;
      }
      F x = p.cache.type == DP_KV_INT8   ? V::Mul(V::LoadInt8(lanes), scale)
            : p.cache.type == DP_KV_BF16 ? V::LoadBf16(lanes)
                                         : V::Load(reinterpret_cast<const float*>(lanes));
      if constexpr (kElementBytes == 4) {
        V::Store(to + i, x);
      } else {
        V::StoreBf16(to + i / 2, x);
      }
    }
    return reinterpret_cast<const uint8_t*>(to);
  }

  static F Load(const uint8_t* from, int64_t n) { return V::Load(reinterpret_cast<const float*>(from), n); }

  static void Interleave(const uint8_t* first, const uint8_t* second, int64_t n, float* to) {
    alignas(64) uint8_t tails[2][32] = {};
    if (n < 16) std::memcpy(tails[0], first, static_cast<size_t>(2 * n));
    if (n < 16 && second != nullptr) std::memcpy(tails[1], second, static_cast<size_t>(2 * n));
    V::StorePairs(n < 16 ? tails[0] : first, n < 16 || second == nullptr ? tails[1] : second, to);
  }

  const GatedAttentionParams& p;
  CacheRows rows;
  float* edge;
};

}  // namespace deltaport
