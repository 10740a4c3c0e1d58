#include "core/math.h"
#include "ops/linear/kernel.h"

namespace deltaport {

void LinearReference(const LinearParams& params, Parallel& parallel) {
  const WeightView& weight = params.weight;
  parallel.ForBlocksWith(weight.in, weight.out, 16, [&](int64_t begin, int64_t end, float* row) {  // row [in]
    for (int64_t o = begin; o < end; o++) {
      WidenRow(weight, o, row);
      float bias = params.bias == nullptr ? 0.0f : params.bias[o];
      for (int64_t t = 0; t < params.tokens; t++) {
        params.y[t * weight.out + o] = Dot(params.x + t * weight.in, row, weight.in) + bias;
      }
    }
  });
}

}  // namespace deltaport
