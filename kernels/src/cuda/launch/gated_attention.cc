#include <cmath>

#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kMostPartialBytes = int64_t{64} << 20;

CacheArgs CacheOf(const KvCache& cache) {
  CacheArgs args{};
  args.keys = cache.keys;
  args.values = cache.values;
  args.block_bytes = cache.block_bytes();
  args.block = Narrow(cache.block);
  args.kv_heads = Narrow(cache.kv_heads);
  args.head_dim = Narrow(cache.head_dim);
  args.element_bytes = Narrow(cache.element_bytes());
  return args;
}

// Whether chunks of keys are blocks of their own: where there are fewer blocks than the device runs at once.
bool Splits(const GatedAttentionParams& params, int64_t blocks, int64_t chunks, const Target& target) {
  int64_t bytes = params.tokens * params.q_heads * chunks * (params.cache.head_dim + 2) * 4;
  return chunks > 1 && blocks < 4 * target.processors && bytes <= kMostPartialBytes;
}

}  // namespace

void LaunchGatedAttention(const GatedAttentionParams& params, Launcher& launcher) {
  int64_t head_dim = params.cache.head_dim;
  Require(head_dim <= kMostDim, "head_dim: CUDA kernels take up to ", kMostDim, ", found ", head_dim);
  AttentionArgs args{};
  args.q_gate = params.q_gate;
  args.k = params.k;
  args.v = params.v;
  args.q_norm = params.q_norm;
  args.k_norm = params.k_norm;
  args.cos_sin = params.cos_sin;
  args.cu_seq_lens = params.cu_seq_lens;
  args.past_lens = params.past_lens;
  args.block_table = params.block_table;
  args.queries = launcher.ScratchOf<float>(params.tokens * params.q_heads * head_dim);  // [tokens, q_heads, head_dim]
  args.y = params.y;
  args.cache = CacheOf(params.cache);
  args.max_blocks = params.max_blocks;
  args.seqs = Narrow(params.seqs);
  args.q_heads = Narrow(params.q_heads);
  args.query_groups = Narrow(CeilDiv(params.q_heads / params.cache.kv_heads, kHeads));
  args.rotary = Narrow(params.rotary);
  args.chunks = Narrow(CeilDiv(params.max_blocks * params.cache.block, kChunkKeys));
  args.epsilon = params.epsilon;
  args.scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  launcher.Launch(KernelId::attention_prepare, {params.tokens, params.q_heads + params.cache.kv_heads}, 128, 0, args);
  int64_t groups = params.cache.kv_heads * args.query_groups;
  bool steps_only = params.tokens <= params.seqs;  // of one token each
  if (launcher.target().compute == Compute::kFast && params.cache.type == DP_KV_BF16 && !steps_only) {
    launcher.Launch(KernelId::attention_wide, {params.tokens / kAttendTokens + params.seqs, groups}, 256, 0, args);
    return;
  }
  if (!Splits(params, params.tokens * groups, args.chunks, launcher.target())) {
    launcher.Launch(KernelId::attention, {params.tokens, groups}, 128, 0, args);
    return;
  }
  int64_t parts = params.tokens * params.q_heads * args.chunks;
  args.partial = launcher.ScratchOf<float>(parts * head_dim);  // [tokens, q_heads, chunks, head_dim]
  args.partial_sums = launcher.ScratchOf<float>(parts * 2);    // [tokens, q_heads, chunks, 2]
  launcher.Launch(KernelId::attention_split, {params.tokens, groups, args.chunks}, 128, 0, args);
  launcher.Launch(KernelId::attention_merge, {params.tokens, params.q_heads}, 128, 0, args);
}

}  // namespace deltaport::cuda
