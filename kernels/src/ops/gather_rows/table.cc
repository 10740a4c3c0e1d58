#include "ops/gather_rows/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatherRowsParams>>& Kernels<GatherRowsParams>() {
  static const std::vector<Kernel<GatherRowsParams>> kernels = {
      {Isa::kReference, Compute::kExact, nullptr, nullptr, GatherRowsReference},
  };
  return kernels;
}

}  // namespace deltaport
