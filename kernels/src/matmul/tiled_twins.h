// The tiled twins of an op: one implementation that takes instruction set and compute mode as values, entered into the
// op's table once for each pair that has micro-kernels.
#pragma once

#include <vector>

#include "core/dispatch.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {

// Op has a type Params and two functions: Takes(isa, compute, params), whether its weights have micro-kernels there,
// and Run(isa, compute, params, parallel).
template <class Op>
class TiledTwins {
  using Params = typename Op::Params;

  template <Isa isa, Compute compute>
  static Kernel<Params> Twin() {
    return {isa, compute, [](const Params& params) { return Op::Takes(isa, compute, params); },
            [](const WeightView& weight) { return MatmulKernelFor(isa, compute, weight); },
            [](const Params& params, Parallel& parallel) { Op::Run(isa, compute, params, parallel); }};
  }

 public:
  static std::vector<Kernel<Params>> All() {
    return {Twin<Isa::kAvx2, Compute::kExact>(),      Twin<Isa::kAvx512, Compute::kExact>(),
            Twin<Isa::kAvx2, Compute::kFast>(),       Twin<Isa::kAvx512, Compute::kFast>(),
            Twin<Isa::kAvx512Bf16, Compute::kFast>(), Twin<Isa::kAvx512Vnni, Compute::kFast>(),
            Twin<Isa::kNeon, Compute::kExact>(),      Twin<Isa::kNeon, Compute::kFast>()};
  }
};

}  // namespace deltaport
