// Key and value blocks of one full-attention layer.
#pragma once

#include <cstdint>

#include "core/weight.h"
#include "deltaport.h"

namespace deltaport {

// A block holds [kv_heads, block, head_dim] elements; int8 blocks end in their scales, f32 [kv_heads, block].
struct KvCache {
  dp_kv_type type = DP_KV_F32;
  uint8_t* keys = nullptr;    // [blocks, block_bytes]
  uint8_t* values = nullptr;  // [blocks, block_bytes]
  int64_t block = 0;          // tokens in a block
  int64_t kv_heads = 0;
  int64_t head_dim = 0;

  int64_t element_bytes() const { return type == DP_KV_F32 ? 4 : type == DP_KV_BF16 ? 2 : 1; }
  int64_t block_bytes() const { return kv_heads * block * (head_dim * element_bytes() + (type == DP_KV_INT8 ? 4 : 0)); }
  // Byte offset of a token's vector [head_dim], and of an int8 token's scale, in `keys` and `values`.
  int64_t vector(int64_t b, int64_t kv_head, int64_t token) const {
    return b * block_bytes() + (kv_head * block + token) * head_dim * element_bytes();
  }
  int64_t scale(int64_t b, int64_t kv_head, int64_t token) const {
    return b * block_bytes() + kv_heads * block * head_dim + (kv_head * block + token) * 4;
  }
};

// Stores and widens one token's vector of one head; `part` is keys or values.
void StoreKv(const KvCache& cache, uint8_t* part, int64_t b, int64_t kv_head, int64_t token, const float* from);
void LoadKv(const KvCache& cache, const uint8_t* part, int64_t b, int64_t kv_head, int64_t token, float* to);

}  // namespace deltaport
