#include "ops/top_k/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<TopKParams>>& Kernels<TopKParams>() {
  static const std::vector<Kernel<TopKParams>> kernels = [] {
    std::vector<Kernel<TopKParams>> all = TopKLanes();
    all.push_back(TwinOf<TopKParams, TopKReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
