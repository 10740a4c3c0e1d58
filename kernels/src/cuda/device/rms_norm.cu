// RMS norm of x + residual: one block a token.
#include "cuda/args.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

KERNEL(rms_norm, RmsNormArgs, 1024) {
  SHARED(float, sums, kWarp);
  int64_t offset = static_cast<int64_t>(blockIdx.x) * a.hidden;
  float squares = 0;
  for (int64_t i = Thread(); i < a.hidden; i += Threads()) {
    float x = a.x[offset + i];
    if (a.residual != nullptr) x += a.residual[offset + i];
    if (a.sum != nullptr) a.sum[offset + i] = x;
    squares += x * x;
  }
  float inverse = rsqrtf(BlockSum(squares, sums) / static_cast<float>(a.hidden) + a.epsilon);
  for (int64_t i = Thread(); i < a.hidden; i += Threads()) {
    float x = a.x[offset + i];
    if (a.residual != nullptr) x += a.residual[offset + i];
    a.y[offset + i] = x * inverse * a.weight[i];
  }
}

}  // namespace deltaport::cuda
