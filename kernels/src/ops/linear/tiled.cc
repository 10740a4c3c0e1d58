#include "matmul/product.h"
#include "matmul/tiled_twins.h"
#include "ops/linear/kernel.h"

namespace deltaport {
namespace {

struct TiledLinear {
  using Params = LinearParams;

  static bool Takes(Isa isa, Compute compute, const Params& params) {
    if (compute == Compute::kFast && !HasFastMatmulKernel(isa, params.weight)) return false;
    return MatmulKernelFor(isa, compute, params.weight) != nullptr;
  }

  static void Run(Isa isa, Compute compute, const Params& p, Parallel& parallel) {
    Multiply(*MatmulKernelFor(isa, compute, p.weight), p.x, p.tokens, p.weight, p.bias, p.y, parallel);
  }
};

}  // namespace

std::vector<Kernel<LinearParams>> LinearTiled() { return TiledTwins<TiledLinear>::All(); }

}  // namespace deltaport
