#include "simd/avx512.h"

#include "limits/limits.h"
#include "limits/loops.h"

namespace deltaport {

int64_t Avx512Fma(int64_t n, float* sink) { return FmaLoop<Avx512>(n, sink); }

void Avx512Read(const float* from, int64_t floats, float* sink) { ReadFloats<Avx512, 16>(from, floats, sink); }

}  // namespace deltaport
