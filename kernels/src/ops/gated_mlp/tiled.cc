#include "matmul/mlp.h"
#include "ops/gated_mlp/kernel.h"

namespace deltaport {
namespace {

template <Level level, Compute compute>
bool Takes(const GatedMlpParams& params) {
  return MlpForms(level, compute, params.mlp).found() && (compute == Compute::kExact || HasFastForm(level, params.mlp));
}

template <Level level, Compute compute>
const MatmulForm* Form(const WeightView& weight) {
  return FormFor(level, compute, weight);
}

template <Level level, Compute compute>
void Run(const GatedMlpParams& params, Parallel& parallel) {
  thread_local std::vector<MlpGroup> groups;
  groups.assign(1, {&params.mlp, MlpForms(level, compute, params.mlp), 0, params.tokens});
  RunMlps(groups, params.x, nullptr, params.activation, params.y, parallel);
}

template <Level level, Compute compute>
Kernel<GatedMlpParams> Twin() {
  return {level, compute, Takes<level, compute>, Form<level, compute>, Run<level, compute>};
}

}  // namespace

std::vector<Kernel<GatedMlpParams>> GatedMlpTiled() {
  return {Twin<Level::kAvx2, Compute::kExact>(),      Twin<Level::kAvx512, Compute::kExact>(),
          Twin<Level::kAvx2, Compute::kFast>(),       Twin<Level::kAvx512, Compute::kFast>(),
          Twin<Level::kAvx512Bf16, Compute::kFast>(), Twin<Level::kAvx512Vnni, Compute::kFast>(),
          Twin<Level::kNeon, Compute::kExact>(),      Twin<Level::kNeon, Compute::kFast>()};
}

}  // namespace deltaport
