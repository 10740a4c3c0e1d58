#include "ops/top_k/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<TopKParams>>& Kernels<TopKParams>() {
  static const std::vector<Kernel<TopKParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, TopKReference},
  };
  return kernels;
}

}  // namespace deltaport
