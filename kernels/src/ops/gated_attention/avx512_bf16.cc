#include "simd/avx512_bf16.h"

#include "ops/gated_attention/lanes.h"

namespace deltaport {
namespace {

// Queries, keys, probabilities and values rounded to bfloat16, unless the cache itself is float32.
struct FastAttention : ExactAttention<Avx512Bf16> {
  using Pairs = Bf16Form<Avx512Bf16>;
  using FastTile = AttentionTile<Pairs, Pairs, 2>;

  static int64_t Floats(const GatedAttentionParams& p, int64_t rows) {
    return p.cache.type == DP_KV_F32 ? Tile::Floats(p, rows) : FastTile::Floats(p, rows);
  }

  static void Attend(const GatedAttentionParams& p, const AttentionTask& task, float* scratch) {
    if (p.cache.type == DP_KV_F32) return Tile(p, task, scratch).Run();
    FastTile(p, task, scratch).Run();
  }

  static const AttentionLanes& Lanes() {
    static constexpr AttentionLanes lanes = {Append, Floats, Attend, Merge};
    return lanes;
  }
};

}  // namespace

const AttentionLanes& Avx512Bf16Attention() { return FastAttention::Lanes(); }

}  // namespace deltaport
