#include "simd/avx2.h"

#include "ops/gated_attention/lanes.h"

namespace deltaport {

const AttentionLanes& Avx2Attention() { return ExactAttention<Avx2>::Lanes(); }

}  // namespace deltaport
