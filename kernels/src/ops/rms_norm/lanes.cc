#include "ops/rms_norm/kernel.h"
#include "simd/functions.h"

namespace deltaport {
namespace {

void Run(Isa isa, Compute, const RmsNormParams& p, Parallel& parallel) {
  const LaneFunctions& lanes = FunctionsFor(isa);
  parallel.ForBlocks(p.tokens, 8, [&](int64_t begin, int64_t end) {
    for (int64_t t = begin; t < end; t++) {
      int64_t row = t * p.hidden;
      lanes.rms_norm(p.x + row, p.residual == nullptr ? nullptr : p.residual + row, p.weight, p.epsilon, p.hidden,
                     p.sum == nullptr ? nullptr : p.sum + row, p.y + row);
    }
  });
}

}  // namespace

std::vector<Kernel<RmsNormParams>> RmsNormLanes() {
#if defined(__x86_64__)
  return {{Isa::kAvx2, Compute::kExact, nullptr, nullptr, Run}, {Isa::kAvx512, Compute::kExact, nullptr, nullptr, Run}};
#elif defined(__aarch64__)
  return {{Isa::kNeon, Compute::kExact, nullptr, nullptr, Run}};
#else
  return {};
#endif
}

}  // namespace deltaport
