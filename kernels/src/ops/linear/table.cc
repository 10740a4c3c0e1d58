#include "ops/linear/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<LinearParams>>& Kernels<LinearParams>() {
  static const std::vector<Kernel<LinearParams>> kernels = [] {
    std::vector<Kernel<LinearParams>> all = LinearTiled();
    all.push_back({Isa::kReference, Compute::kExact, nullptr, nullptr, LinearReference});
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
