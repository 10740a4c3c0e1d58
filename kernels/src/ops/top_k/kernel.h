// The k largest logits of each row, in order; ties by the lower id, NaN above everything (torch.topk).
#pragma once

#include "core/dispatch.h"

namespace deltaport {

struct TopKParams {
  const float* logits = nullptr;  // [n, vocab]
  float* values = nullptr;        // [n, k]
  int64_t* ids = nullptr;         // [n, k]
  int64_t n = 0;
  int64_t vocab = 0;
  int64_t k = 0;
};

void TopKReference(const TopKParams& params, Parallel& parallel);

// The twins over float lanes (simd/functions.h), one a level that has some.
std::vector<Kernel<TopKParams>> TopKLanes();

template <>
const std::vector<Kernel<TopKParams>>& Kernels<TopKParams>();

}  // namespace deltaport
