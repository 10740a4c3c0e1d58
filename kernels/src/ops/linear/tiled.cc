#include "matmul/product.h"
#include "matmul/tiled_twins.h"
#include "ops/linear/kernel.h"

namespace deltaport {
namespace {

bool Takes(Isa isa, Compute compute, const LinearParams& params) {
  if (compute == Compute::kFast && !HasFastMatmulKernel(isa, params.weight)) return false;
  return MatmulKernelFor(isa, compute, params.weight) != nullptr;
}

void Run(Isa isa, Compute compute, const LinearParams& p, Parallel& parallel) {
  Multiply(*MatmulKernelFor(isa, compute, p.weight), p.x, p.tokens, p.weight, p.bias, p.y, parallel);
}

}  // namespace

std::vector<Kernel<LinearParams>> LinearTiled() { return TiledTwins(Takes, Run); }

}  // namespace deltaport
