#include "matmul/product.h"
#include "ops/linear/kernel.h"

namespace deltaport {
namespace {

template <Level level, Compute compute>
const MatmulForm* Form(const WeightView& weight) {
  return FormFor(level, compute, weight);
}

template <Level level, Compute compute>
bool Takes(const LinearParams& params) {
  if (compute == Compute::kFast && !HasFastForm(level, params.weight)) return false;
  return FormFor(level, compute, params.weight) != nullptr;
}

template <Level level, Compute compute>
void Run(const LinearParams& p, Parallel& parallel) {
  Multiply(*FormFor(level, compute, p.weight), p.x, p.tokens, p.weight, p.bias, p.y, parallel);
}

template <Level level, Compute compute>
Kernel<LinearParams> Twin() {
  return {level, compute, Takes<level, compute>, Form<level, compute>, Run<level, compute>};
}

}  // namespace

std::vector<Kernel<LinearParams>> LinearTiled() {
  return {Twin<Level::kAvx2, Compute::kExact>(),      Twin<Level::kAvx512, Compute::kExact>(),
          Twin<Level::kAvx2, Compute::kFast>(),       Twin<Level::kAvx512, Compute::kFast>(),
          Twin<Level::kAvx512Bf16, Compute::kFast>(), Twin<Level::kAvx512Vnni, Compute::kFast>(),
          Twin<Level::kNeon, Compute::kExact>(),      Twin<Level::kNeon, Compute::kFast>()};
}

}  // namespace deltaport
