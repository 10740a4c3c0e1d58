// The tiled twin of an op, entered into its table once for each instruction set and mode that has micro-kernels.
#pragma once

#include <vector>

#include "core/dispatch.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {

template <class Params>
std::vector<Kernel<Params>> TiledTwins(bool (*takes)(Isa isa, Compute compute, const Params& params),
                                       void (*run)(Isa isa, Compute compute, const Params& params,
                                                   Parallel& parallel)) {
  std::vector<Kernel<Params>> twins;
  for (Compute compute : {Compute::kExact, Compute::kFast}) {
    for (Isa isa : {Isa::kAvx2, Isa::kAvx512, Isa::kNeon}) twins.push_back({isa, compute, takes, MatmulKernelFor, run});
  }
  for (Isa isa : {Isa::kAvx512Bf16, Isa::kAvx512Vnni}) {
    twins.push_back({isa, Compute::kFast, takes, MatmulKernelFor, run});
  }
  return twins;
}

}  // namespace deltaport
