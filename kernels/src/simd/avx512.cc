#include "simd/avx512.h"

#include "simd/make_functions.h"

namespace deltaport {

const LaneFunctions& Avx512Functions() { return MakeFunctions<Avx512>(); }

}  // namespace deltaport
