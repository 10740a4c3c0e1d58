#include "ops/gated_attention/blocked.h"

#include <algorithm>

#include "core/sizes.h"
#include "core/workspace.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {
namespace {

constexpr int64_t kTileRows = 128;    // of queries that meet a step of keys together
constexpr int64_t kSerialTokens = 4;  // too few to wake a thread for

// Rows that more than one task works on.
struct Split {
  AttentionTask first;
  int64_t parts;
};

// A task has all keys of its queries, or one part of them where a sequence has one tile of queries only.
class Plan {
 public:
  std::vector<AttentionTask> tasks;
  std::vector<Split> splits;

  void Make(const GatedAttentionParams& params, Workspace::Scope& scope) {
    tasks.clear();
    splits.clear();
    int64_t tile = std::max<int64_t>(1, kTileRows / GroupOf(params));  // tokens
    for (int64_t seq = 0; seq < params.seqs; seq++) {
      int64_t begin = params.cu_seq_lens[seq];
      int64_t end = params.cu_seq_lens[seq + 1];
      for (int64_t head = 0; begin < end && head < params.cache.kv_heads; head++) {
        if (end - begin <= tile) {
          AddParts(params, {seq, head, begin, end, 0, 0, nullptr});
        } else {
          for (int64_t t = begin; t < end; t += tile)
            AddTile(params, {seq, head, t, std::min(t + tile, end), 0, 0, nullptr});
        }
      }
    }
    PlaceParts(params, scope);
    // The longest first, for balance.
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const AttentionTask& a, const AttentionTask& b) { return Work(a) > Work(b); });
  }

 private:
  static int64_t Work(const AttentionTask& task) { return (task.end - task.begin) * (task.key_end - task.key_begin); }

  static int64_t KeysOf(const GatedAttentionParams& params, const AttentionTask& task) {
    return params.past_lens[task.seq] + task.end - params.cu_seq_lens[task.seq];
  }

  void AddTile(const GatedAttentionParams& params, AttentionTask task) {
    task.key_end = KeysOf(params, task);
    tasks.push_back(task);
  }

  void AddParts(const GatedAttentionParams& params, AttentionTask task) {
    int64_t keys = KeysOf(params, task);
    if (keys <= kPartKeys) return AddTile(params, task);
    splits.push_back({task, CeilDiv(keys, kPartKeys)});
  }

  void PlaceParts(const GatedAttentionParams& params, Workspace::Scope& scope) {
    int64_t width = GroupOf(params) * (params.cache.head_dim + 2);  // floats of a token
    int64_t floats = 0;
    for (const Split& split : splits) floats += split.parts * (split.first.end - split.first.begin) * width;
    float* part = scope.Floats(floats);
    for (Split& split : splits) {
      split.first.part = part;
      int64_t keys = KeysOf(params, split.first);
      for (int64_t i = 0; i < split.parts; i++) {
        AttentionTask task = split.first;
        task.key_begin = i * kPartKeys;
        task.key_end = std::min(keys, (i + 1) * kPartKeys);
        task.part = part;
        tasks.push_back(task);
        part += (task.end - task.begin) * width;
      }
    }
  }
};

int64_t SequenceOf(const GatedAttentionParams& params, int64_t token) {
  return std::upper_bound(params.cu_seq_lens, params.cu_seq_lens + params.seqs + 1, token) - params.cu_seq_lens - 1;
}

void Append(const GatedAttentionParams& params, const AttentionLanes& lanes, Parallel& parallel) {
  int64_t block = params.tokens > kSerialTokens ? 8 : kSerialTokens;
  parallel.ForBlocksWith(params.cache.head_dim, params.tokens, block, [&](int64_t begin, int64_t end, float* key) {
    for (int64_t t = begin; t < end; t++) lanes.append(params, SequenceOf(params, t), t, key);
  });
}

const AttentionLanes& LanesOf([[maybe_unused]] Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAvx512Bf16) return Avx512Bf16Attention();
  return isa == Isa::kAvx512 ? Avx512Attention() : Avx2Attention();
#else
  return NeonAttention();
#endif
}

void Run(Isa isa, Compute, const GatedAttentionParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  thread_local Plan own;
  Plan& plan = own;  // a lambda on another thread must not name that thread's own
  const AttentionLanes& lanes = LanesOf(isa);
  Append(params, lanes, parallel);
  plan.Make(params, scope);
  int64_t tokens = 0;  // of the largest task
  for (const AttentionTask& task : plan.tasks) tokens = std::max(tokens, task.end - task.begin);
  parallel.ForWith(
      lanes.floats(params, tokens * GroupOf(params)), static_cast<int64_t>(plan.tasks.size()),
      [&](int64_t i, float* scratch) { lanes.attend(params, plan.tasks[static_cast<size_t>(i)], scratch); });
  float* sum = scope.Floats(params.cache.head_dim);
  for (const Split& split : plan.splits) lanes.merge(params, split.first, split.parts, sum);
}

}  // namespace

std::vector<Kernel<GatedAttentionParams>> GatedAttentionBlocked() {
#if defined(__x86_64__)
  return {{Isa::kAvx2, Compute::kExact, nullptr, nullptr, Run},
          {Isa::kAvx512, Compute::kExact, nullptr, nullptr, Run},
          {Isa::kAvx512Bf16, Compute::kFast, nullptr, nullptr, Run}};
#elif defined(__aarch64__)
  return {{Isa::kNeon, Compute::kExact, nullptr, nullptr, Run}};
#else
  return {};
#endif
}

}  // namespace deltaport
