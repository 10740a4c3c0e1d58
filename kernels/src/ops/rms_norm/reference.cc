#include "core/math.h"
#include "ops/rms_norm/kernel.h"

namespace deltaport {
namespace {

void NormRow(const RmsNormParams& params, int64_t t, float* own) {  // own [hidden]
  int64_t offset = t * params.hidden;
  const float* x = params.x + offset;  // [hidden]
  if (params.residual != nullptr || params.sum != nullptr) {
    float* sum = params.sum == nullptr ? own : params.sum + offset;  // [hidden]
    for (int64_t i = 0; i < params.hidden; i++) {
      sum[i] = x[i] + (params.residual == nullptr ? 0.0f : params.residual[offset + i]);
    }
    x = sum;
  }
  float inverse = InverseRms(x, params.hidden, params.epsilon);
  for (int64_t i = 0; i < params.hidden; i++) params.y[offset + i] = x[i] * inverse * params.weight[i];
}

}  // namespace

void RmsNormReference(const RmsNormParams& params, Parallel& parallel) {
  parallel.ForBlocksWith(params.hidden, params.tokens, 8, [&](int64_t begin, int64_t end, float* own) {
    for (int64_t t = begin; t < end; t++) NormRow(params, t, own);
  });
}

}  // namespace deltaport
