#include <algorithm>

#include "ops/concat/kernel.h"

namespace deltaport {

void ConcatReference(const ConcatParams& params, Parallel& parallel) {
  parallel.ForBlocks(params.tokens, 32, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; t++) {
      float* y = params.y + t * (params.m + params.n);  // [m + n]
      y = std::copy_n(params.a + t * params.m, params.m, y);
      std::copy_n(params.b + t * params.n, params.n, y);
    }
  });
}

}  // namespace deltaport
