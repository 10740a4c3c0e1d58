#include <algorithm>
#include <cmath>

#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kFastChunkKeys = 256;              // in fast mode, for more blocks
constexpr int64_t kPartialBytes = int64_t{8} << 20;  // of the chunks of a launch: blocks enough for any device

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

// Chunks of keys as blocks of their own, then their sum: some tokens at a time, so that the memory has a bound.
void LaunchSplit(AttentionArgs args, int64_t tokens, int64_t groups, Launcher& launcher) {
  int64_t parts = static_cast<int64_t>(args.q_heads) * args.chunks;  // of a token
  int64_t floats = parts * (args.cache.head_dim + 2);
  int64_t most = std::min(tokens, std::max<int64_t>(1, kPartialBytes / (4 * floats)));
  args.partial = launcher.ScratchOf<float>(most * parts * args.cache.head_dim);  // [most, q_heads, chunks, head_dim]
  args.partial_sums = launcher.ScratchOf<float>(most * parts * 2);               // [most, q_heads, chunks, 2]
  for (int64_t first = 0; first < tokens; first += most) {
    int64_t count = std::min(most, tokens - first);
    args.first_token = Narrow(first);
    launcher.Launch(KernelId::attention_split, {count, groups, args.chunks}, 128, 0, args);
    launcher.Launch(KernelId::attention_merge, {count, args.q_heads}, 128, 0, args);
  }
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
  args.chunk_keys = Narrow(launcher.target().compute == Compute::kExact ? kPartKeys : kFastChunkKeys);
  args.chunks = Narrow(CeilDiv(params.max_blocks * params.cache.block, args.chunk_keys));
  args.epsilon = params.epsilon;
  args.scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  launcher.Launch(KernelId::attention_prepare, {params.tokens, params.q_heads + params.cache.kv_heads}, 128, 0, args);
  int64_t groups = params.cache.kv_heads * args.query_groups;
  bool steps_only = params.tokens <= params.seqs;  // of one token each
  if (launcher.target().compute == Compute::kFast && params.cache.type == DP_KV_BF16 && !steps_only) {
    launcher.Launch(KernelId::attention_wide, {params.tokens / kAttendTokens + params.seqs, groups}, 256, 0, args);
    return;
  }
  if (args.chunks > 1) return LaunchSplit(args, params.tokens, groups, launcher);
  launcher.Launch(KernelId::attention, {params.tokens, groups}, 128, 0, args);
}

}  // namespace deltaport::cuda
