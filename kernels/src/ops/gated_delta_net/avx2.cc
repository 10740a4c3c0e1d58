#include "simd/avx2.h"

#include "ops/gated_delta_net/lanes.h"

namespace deltaport {

void GatedDeltaNetAvx2(const GatedDeltaNetParams& params, Parallel& parallel) {
  GatedDeltaNetLanes<Avx2>(params, parallel);
}

}  // namespace deltaport
