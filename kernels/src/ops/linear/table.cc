#include "ops/linear/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<LinearParams>>& Kernels<LinearParams>() {
  static const std::vector<Kernel<LinearParams>> kernels = [] {
    std::vector<Kernel<LinearParams>> all = LinearTiled();
    all.push_back(TwinOf<LinearParams, LinearReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
