#include "simd/neon.h"

#include "ops/gated_delta_net/lanes.h"

namespace deltaport {

void GatedDeltaNetNeon(const GatedDeltaNetParams& params, Parallel& parallel) {
  GatedDeltaNetLanes<Neon>(params, parallel);
}

}  // namespace deltaport
