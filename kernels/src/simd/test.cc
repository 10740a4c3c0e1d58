#include "harness.h"
#include "matmul/matmul_kernel.h"
#include "ops/gated_attention/kernel.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/rms_norm/kernel.h"
#include "ops/top_k/kernel.h"

namespace deltaport::test {
namespace {

template <class Params>
Isa LevelOf() {
  return Pick(Mode{CpuIsa()}, Params()).isa;
}

}  // namespace

TEST(WhereTheCpuHasLanesTheyAreUsed) {
  if (CpuIsa() == Isa::kReference) return;
  CHECK(LevelOf<GatedAttentionParams>() != Isa::kReference);
  CHECK(LevelOf<GatedDeltaNetParams>() != Isa::kReference);
  CHECK(LevelOf<RmsNormParams>() != Isa::kReference);
  CHECK(LevelOf<TopKParams>() != Isa::kReference);
  WeightView weight;
  weight.in = 64;
  weight.out = 1;
  weight.block_in = 32;
  for (Format format : {Format::kF32, Format::kBf16, Format::kF16, Format::kFp8, Format::kInt8, Format::kInt4}) {
    weight.format = format;
    CHECK(MatmulKernelFor(CpuIsa(), Compute::kExact, weight) != nullptr);
  }
}

}  // namespace deltaport::test
