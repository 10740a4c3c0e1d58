// A row of a, then the same row of b: what the MTP head's fc reads.
#pragma once

#include "core/dispatch.h"

namespace deltaport {

struct ConcatParams {
  const float* a = nullptr;  // [tokens, m]
  const float* b = nullptr;  // [tokens, n]
  float* y = nullptr;        // [tokens, m + n]
  int64_t tokens = 0;
  int64_t m = 0;
  int64_t n = 0;
};

void ConcatReference(const ConcatParams& params, Parallel& parallel);

template <>
const std::vector<Kernel<ConcatParams>>& Kernels<ConcatParams>();

}  // namespace deltaport
