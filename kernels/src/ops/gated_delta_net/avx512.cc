#include "simd/avx512.h"

#include "ops/gated_delta_net/lanes.h"

namespace deltaport {

void GatedDeltaNetAvx512(const GatedDeltaNetParams& params, Parallel& parallel) {
  GatedDeltaNetLanes<Avx512>(params, parallel);
}

}  // namespace deltaport
