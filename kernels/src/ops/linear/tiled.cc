#include "matmul/product.h"
#include "ops/linear/kernel.h"

namespace deltaport {
namespace {

template <Level level, Compute compute>
const MatmulForm* Form(const WeightView& weight) {
  return FormFor(level, compute, weight);
}

// A fast twin without a fast form would only be the exact one under another name.
template <Level level, Compute compute>
bool Takes(const LinearParams& params) {
  const MatmulForm* form = FormFor(level, compute, params.weight);
  return form != nullptr && (compute == Compute::kExact || form != FormFor(level, Compute::kExact, params.weight));
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
  return {Twin<Level::kAvx2, Compute::kExact>(), Twin<Level::kAvx512, Compute::kExact>(),
          Twin<Level::kAvx512Bf16, Compute::kFast>()};
}

}  // namespace deltaport
