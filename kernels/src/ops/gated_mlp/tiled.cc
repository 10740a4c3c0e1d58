#include "matmul/mlp.h"
#include "matmul/tiled_twins.h"
#include "ops/gated_mlp/kernel.h"

namespace deltaport {
namespace {

bool Takes(Isa isa, Compute compute, const GatedMlpParams& params) {
  if (compute == Compute::kFast && !HasFastMatmulKernel(isa, params.mlp)) return false;
  return MlpForms(isa, compute, params.mlp).found();
}

void Run(Isa isa, Compute compute, const GatedMlpParams& params, Parallel& parallel) {
  thread_local std::vector<MlpGroup> groups;
  groups.assign(1, {&params.mlp, MlpForms(isa, compute, params.mlp), 0, params.tokens});
  RunMlps(groups, params.x, nullptr, params.activation, params.y, parallel);
}

}  // namespace

std::vector<Kernel<GatedMlpParams>> GatedMlpTiled() { return TiledTwins(Takes, Run); }

}  // namespace deltaport
