#include "simd/neon.h"

#include "simd/make_functions.h"

namespace deltaport {

const LaneFunctions& NeonFunctions() { return MakeFunctions<Neon>(); }

}  // namespace deltaport
