#include "simd/avx2.h"

#include "simd/make_functions.h"

namespace deltaport {

const LaneFunctions& Avx2Functions() { return MakeFunctions<Avx2>(); }

}  // namespace deltaport
