#include "ops/gated_delta_net/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>() {
  static const std::vector<Kernel<GatedDeltaNetParams>> kernels = {
      {Isa::kReference, Compute::kExact, nullptr, nullptr, GatedDeltaNetReference},
#if defined(__x86_64__)
      {Isa::kAvx2, Compute::kExact, nullptr, nullptr, GatedDeltaNetAvx2},
      {Isa::kAvx512, Compute::kExact, nullptr, nullptr, GatedDeltaNetAvx512},
#elif defined(__aarch64__)
      {Isa::kNeon, Compute::kExact, nullptr, nullptr, GatedDeltaNetNeon},
#endif
  };
  return kernels;
}

}  // namespace deltaport
