#include <algorithm>
#include <cmath>

#include "ops/top_k/kernel.h"
#include "simd/functions.h"

namespace deltaport {
namespace {

// The k best so far in a heap whose root is the worst of them; what comes later has to be above the root.
void TopKRow(const LaneFunctions& lanes, const float* logits, int64_t vocab, int64_t k, float* values, int64_t* ids) {
  auto better = [&](int64_t a, int64_t b) {
    bool a_nan = std::isnan(logits[a]);
    bool b_nan = std::isnan(logits[b]);
    if (a_nan != b_nan) return a_nan;
    if (!a_nan && logits[a] != logits[b]) return logits[a] > logits[b];
    return a < b;
  };
  for (int64_t i = 0; i < k; i++) ids[i] = i;
  std::make_heap(ids, ids + k, better);
  for (int64_t i = k; !std::isnan(logits[ids[0]]); i++) {
    i = lanes.find_above(logits, i, vocab, logits[ids[0]]);
    if (i == vocab) break;
    std::pop_heap(ids, ids + k, better);
    ids[k - 1] = i;
    std::push_heap(ids, ids + k, better);
  }
  std::sort_heap(ids, ids + k, better);
  for (int64_t i = 0; i < k; i++) values[i] = logits[ids[i]];
}

void Run(Isa isa, Compute, const TopKParams& p, Parallel& parallel) {
  if (p.k == 0) return;
  const LaneFunctions& lanes = FunctionsFor(isa);
  parallel.For(p.n, [&](int64_t row) {
    TopKRow(lanes, p.logits + row * p.vocab, p.vocab, p.k, p.values + row * p.k, p.ids + row * p.k);
  });
}

}  // namespace

std::vector<Kernel<TopKParams>> TopKLanes() {
#if defined(__x86_64__)
  return {{Isa::kAvx2, Compute::kExact, nullptr, nullptr, Run}, {Isa::kAvx512, Compute::kExact, nullptr, nullptr, Run}};
#elif defined(__aarch64__)
  return {{Isa::kNeon, Compute::kExact, nullptr, nullptr, Run}};
#else
  return {};
#endif
}

}  // namespace deltaport
