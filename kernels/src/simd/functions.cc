#include "simd/functions.h"

namespace deltaport {

const LaneFunctions& FunctionsFor(Level level) {
#if defined(__x86_64__)
  if (Allows(level, Level::kAvx512)) return Avx512Functions();
  if (Allows(level, Level::kAvx2)) return Avx2Functions();
#elif defined(__aarch64__)
  if (Allows(level, Level::kNeon)) return NeonFunctions();
#endif
  Fail("there are no vector functions for ", LevelName(level));
}

}  // namespace deltaport
