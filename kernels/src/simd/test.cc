#include "harness.h"
#include "matmul/form.h"
#include "ops/gated_attention/kernel.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/rms_norm/kernel.h"
#include "ops/top_k/kernel.h"

namespace deltaport::test {
namespace {

template <class Params>
Level LevelOf() {
  return Pick(Mode{CpuLevel()}, Params()).level;
}

}  // namespace

TEST(WhereTheCpuHasLanesTheyAreUsed) {
  if (CpuLevel() == Level::kReference) return;
  CHECK(LevelOf<GatedAttentionParams>() != Level::kReference);
  CHECK(LevelOf<GatedDeltaNetParams>() != Level::kReference);
  CHECK(LevelOf<RmsNormParams>() != Level::kReference);
  CHECK(LevelOf<TopKParams>() != Level::kReference);
  WeightView weight;
  weight.in = 64;
  weight.out = 1;
  weight.block_in = 32;
  for (Format format : {Format::kF32, Format::kBf16, Format::kF16, Format::kFp8, Format::kInt8, Format::kInt4}) {
    weight.format = format;
    CHECK(FormFor(CpuLevel(), Compute::kExact, weight) != nullptr);
  }
}

}  // namespace deltaport::test
