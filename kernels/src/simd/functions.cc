#include "simd/functions.h"

namespace deltaport {

const LaneFunctions& FunctionsFor(Isa isa) {
#if defined(__x86_64__)
  if (Allows(isa, Isa::kAvx512)) return Avx512Functions();
  if (Allows(isa, Isa::kAvx2)) return Avx2Functions();
#elif defined(__aarch64__)
  if (Allows(isa, Isa::kNeon)) return NeonFunctions();
#endif
  Fail("there are no vector functions for ", IsaName(isa));
}

}  // namespace deltaport
