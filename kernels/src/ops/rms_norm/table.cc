#include "ops/rms_norm/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<RmsNormParams>>& Kernels<RmsNormParams>() {
  static const std::vector<Kernel<RmsNormParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, RmsNormReference},
  };
  return kernels;
}

}  // namespace deltaport
