#include "harness.h"
#include "matmul/matmul_kernel.h"
#include "ops/gated_attention/kernel.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/rms_norm/kernel.h"
#include "ops/top_k/kernel.h"
#include "simd/functions.h"

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

// The elementary functions rely on Max and Min giving their second operand where either is not a number.
TEST(Pitfall51ANaNInAnyLaneIsInWhatIsMadeOfIt) {
  for (Isa isa : {Isa::kAvx2, Isa::kAvx512, Isa::kNeon}) {
    if (!Allows(CpuIsa(), isa)) continue;
    const LaneFunctions& lanes = FunctionsFor(isa);
    for (int64_t n : {1, 15, 16, 17, 70}) {
      for (int64_t at = 0; at < n; at++) {
        std::vector<float> x(static_cast<size_t>(n), 0.5f);
        std::vector<float> ones(static_cast<size_t>(n), 1.0f);
        std::vector<float> y(static_cast<size_t>(n));
        x[static_cast<size_t>(at)] = NAN;
        lanes.softmax(x.data(), n, y.data());
        for (float value : y) CHECK(std::isnan(value));
        lanes.rms_norm(x.data(), nullptr, ones.data(), 1e-6f, n, nullptr, y.data());
        for (float value : y) CHECK(std::isnan(value));
        CHECK(std::isnan(lanes.dot(x.data(), ones.data(), n)));
        CHECK_EQUAL(at, lanes.find_above(x.data(), 0, n, 1.0f));
      }
    }
  }
}

}  // namespace deltaport::test
