#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "ops/top_k/kernel.h"

namespace deltaport {
namespace {

void TopKRow(const float* logits, int64_t vocab, int64_t k, float* values, int64_t* ids) {
  std::vector<int64_t> order(static_cast<size_t>(vocab));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](int64_t a, int64_t b) {
    bool a_nan = std::isnan(logits[a]);
    bool b_nan = std::isnan(logits[b]);
    if (a_nan != b_nan) return a_nan;
    if (!a_nan && logits[a] != logits[b]) return logits[a] > logits[b];
    return a < b;
  });
  for (int64_t i = 0; i < k; i++) {
    ids[i] = order[static_cast<size_t>(i)];
    values[i] = logits[ids[i]];
  }
}

}  // namespace

void TopKReference(const TopKParams& params, Parallel& parallel) {
  if (params.k == 0) return;
  parallel.For(params.n, [&](int64_t row) {
    TopKRow(params.logits + row * params.vocab, params.vocab, params.k, params.values + row * params.k,
            params.ids + row * params.k);
  });
}

}  // namespace deltaport
