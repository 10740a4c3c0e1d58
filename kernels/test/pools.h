// State of one layer for kernel tests, with poison where nothing has been written.
#pragma once

#include <cstdint>
#include <vector>

#include "pool/kv_cache.h"

namespace deltaport::test {

class TestCache {
 public:
  TestCache(dp_kv_type type, int64_t blocks, int64_t block, int64_t kv_heads, int64_t head_dim) {
    cache_.type = type;
    cache_.block = block;
    cache_.kv_heads = kv_heads;
    cache_.head_dim = head_dim;
    keys_.assign(static_cast<size_t>(blocks * cache_.block_bytes()), 0xff);  // NaN in f32 and bf16
    values_ = keys_;
    cache_.keys = keys_.data();
    cache_.values = values_.data();
  }

  const KvCache& cache() const { return cache_; }

 private:
  KvCache cache_;
  std::vector<uint8_t> keys_;
  std::vector<uint8_t> values_;
};

}  // namespace deltaport::test
