// What products of many rows read in place of x: bfloat16 numbers, with zeros up to a whole step.
#include "cuda/device/product.h"
#include "cuda/device/weight.h"

namespace deltaport::cuda {

static_assert(kStep == kWarp, "a warp has a step");

// Grid (rows, columns / 256).
KERNEL(round_inputs, RoundArgs, 256) {
  int64_t row = blockIdx.x;
  int step = (static_cast<int>(blockIdx.y) * Threads() + Thread()) / kStep;
  if (step >= a.steps) return;
  int column = step * kStep + Lane();
  float value = column < a.in ? PairedAt(a.x, a.pair, a.activation, row * a.in + column) : 0.0f;
  uint32_t bits = Bf16FromF32(value);
  a.y[(row * a.steps + step) * kStep + Lane()] = static_cast<uint16_t>(bits);
  if (a.sums == nullptr) return;
  float sum = WarpSum(F32FromBf16(bits));
  if (Lane() == 0) a.sums[row * a.steps + step] = sum;
}

}  // namespace deltaport::cuda
