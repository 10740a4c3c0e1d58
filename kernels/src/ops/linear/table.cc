#include "ops/linear/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<LinearParams>>& Kernels<LinearParams>() {
  static const std::vector<Kernel<LinearParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, LinearReference},
  };
  return kernels;
}

}  // namespace deltaport
