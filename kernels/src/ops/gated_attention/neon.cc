#include "simd/neon.h"

#include "ops/gated_attention/lanes.h"

namespace deltaport {

const AttentionLanes& NeonAttention() { return ExactAttention<Neon>::Lanes(); }

}  // namespace deltaport
