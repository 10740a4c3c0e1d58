#include "ops/gated_delta_net/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>() {
  static const std::vector<Kernel<GatedDeltaNetParams>> kernels = {
      TwinOf<GatedDeltaNetParams, GatedDeltaNetReference>(Isa::kReference),
#if defined(__x86_64__)
      TwinOf<GatedDeltaNetParams, GatedDeltaNetAvx2>(Isa::kAvx2),
      TwinOf<GatedDeltaNetParams, GatedDeltaNetAvx512>(Isa::kAvx512),
#elif defined(__aarch64__)
      TwinOf<GatedDeltaNetParams, GatedDeltaNetNeon>(Isa::kNeon),
#endif
  };
  return kernels;
}

}  // namespace deltaport
