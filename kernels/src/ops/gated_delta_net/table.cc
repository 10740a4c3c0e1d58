#include "ops/gated_delta_net/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedDeltaNetParams>>& Kernels<GatedDeltaNetParams>() {
  static const std::vector<Kernel<GatedDeltaNetParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, GatedDeltaNetReference},
  };
  return kernels;
}

}  // namespace deltaport
