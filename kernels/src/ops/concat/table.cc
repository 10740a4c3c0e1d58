#include "ops/concat/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<ConcatParams>>& Kernels<ConcatParams>() {
  static const std::vector<Kernel<ConcatParams>> kernels = {
      {Isa::kReference, Compute::kExact, nullptr, nullptr, ConcatReference},
  };
  return kernels;
}

}  // namespace deltaport
