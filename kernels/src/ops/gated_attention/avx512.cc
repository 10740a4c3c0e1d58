#include "simd/avx512.h"

#include "ops/gated_attention/lanes.h"

namespace deltaport {

const AttentionLanes& Avx512Attention() { return ExactAttention<Avx512>::Lanes(); }

}  // namespace deltaport
