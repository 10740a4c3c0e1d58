#include "pool/kv_cache.h"

#include <algorithm>
#include <cmath>

namespace deltaport {
namespace {

// Symmetric, one scale a vector: NaN where the vector has one or an infinity, so that whoever reads it gets NaN.
void StoreInt8(const float* from, int64_t n, uint8_t* to, uint8_t* scale_to) {
  float largest = 0;
  float poison = 0;  // NaN once an element was not finite
  for (int64_t i = 0; i < n; i++) {
    largest = std::max(largest, std::fabs(from[i]));
    poison += from[i] - from[i];
  }
  float scale = largest / 127.0f + poison;
  float inverse = scale > 0 ? 1.0f / scale : 0.0f;
  for (int64_t i = 0; i < n; i++) {
    float rounded = std::nearbyint(std::clamp(from[i] * inverse, -127.0f, 127.0f));
    to[i] = static_cast<uint8_t>(static_cast<int8_t>(std::isnan(rounded) ? 0.0f : rounded));
  }
  std::memcpy(scale_to, &scale, 4);
}

}  // namespace

void StoreKv(const KvCache& cache, uint8_t* part, int64_t b, int64_t kv_head, int64_t token, const float* from) {
  uint8_t* to = part + cache.vector(b, kv_head, token);
  switch (cache.type) {
    case DP_KV_F32:
      std::memcpy(to, from, static_cast<size_t>(cache.head_dim) * 4);
      return;
    case DP_KV_BF16:
      for (int64_t i = 0; i < cache.head_dim; i++) {
        uint16_t bits = Bf16FromF32(from[i]);
        std::memcpy(to + 2 * i, &bits, 2);
      }
      return;
    case DP_KV_INT8:
      StoreInt8(from, cache.head_dim, to, part + cache.scale(b, kv_head, token));
  }
}

void LoadKv(const KvCache& cache, const uint8_t* part, int64_t b, int64_t kv_head, int64_t token, float* to) {
  const uint8_t* from = part + cache.vector(b, kv_head, token);
  switch (cache.type) {
    case DP_KV_F32:
      std::memcpy(to, from, static_cast<size_t>(cache.head_dim) * 4);
      return;
    case DP_KV_BF16:
      for (int64_t i = 0; i < cache.head_dim; i++) to[i] = F32FromBf16(LoadUnaligned<uint16_t>(from + 2 * i));
      return;
    case DP_KV_INT8: {
      float scale = LoadUnaligned<float>(part + cache.scale(b, kv_head, token));
      for (int64_t i = 0; i < cache.head_dim; i++) to[i] = scale * static_cast<float>(static_cast<int8_t>(from[i]));
    }
  }
}

}  // namespace deltaport
