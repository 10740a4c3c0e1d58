#include "ops/gated_delta_net/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>() {
  static const std::vector<Kernel<GatedDeltaNetParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, GatedDeltaNetReference},
#if defined(__x86_64__)
      {Level::kAvx2, Compute::kExact, nullptr, nullptr, GatedDeltaNetAvx2},
      {Level::kAvx512, Compute::kExact, nullptr, nullptr, GatedDeltaNetAvx512},
#elif defined(__aarch64__)
      {Level::kNeon, Compute::kExact, nullptr, nullptr, GatedDeltaNetNeon},
#endif
  };
  return kernels;
}

}  // namespace deltaport
