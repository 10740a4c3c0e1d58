// The paged cache (pool/kv_cache.h) and where a token stands in a run.
#pragma once

#include "cuda/args.h"
#include "cuda/device/base.h"
#include "cuda/device/weight.h"

namespace deltaport::cuda {

// The sequence of a token.
DEVICE int SequenceOf(const int32_t* cu_seq_lens, int seqs, int token) {
  int low = 0;
  int high = seqs;  // cu_seq_lens[low] <= token < cu_seq_lens[high]
  while (high - low > 1) {
    int middle = (low + high) / 2;
    if (cu_seq_lens[middle] <= token) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

// Element i of the vector of slot `slot` (block * tokens in a block + token) of a KV head.
DEVICE int64_t SlotOffset(const CacheArgs& cache, int64_t block, int kv_head, int token) {
  return block * cache.block_bytes +
         (static_cast<int64_t>(kv_head) * cache.block + token) * cache.head_dim * cache.element_bytes;
}

DEVICE int64_t ScaleOffset(const CacheArgs& cache, int64_t block, int kv_head, int token) {
  int64_t vectors = static_cast<int64_t>(cache.kv_heads) * cache.block;
  return block * cache.block_bytes + vectors * cache.head_dim +
         (static_cast<int64_t>(kv_head) * cache.block + token) * 4;
}

DEVICE float LoadElement(const CacheArgs& cache, const uint8_t* vector, float scale, int i) {
  if (cache.element_bytes == 4) return reinterpret_cast<const float*>(vector)[i];
  if (cache.element_bytes == 2) return F32FromBf16(reinterpret_cast<const uint16_t*>(vector)[i]);
  return static_cast<float>(reinterpret_cast<const int8_t*>(vector)[i]) * scale;
}

}  // namespace deltaport::cuda
