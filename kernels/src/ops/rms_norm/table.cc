#include "ops/rms_norm/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<RmsNormParams>>& Kernels<RmsNormParams>() {
  static const std::vector<Kernel<RmsNormParams>> kernels = [] {
    std::vector<Kernel<RmsNormParams>> all = RmsNormLanes();
    all.push_back(TwinOf<RmsNormParams, RmsNormReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
