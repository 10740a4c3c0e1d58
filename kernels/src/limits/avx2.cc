#include "simd/avx2.h"

#include "limits/limits.h"
#include "limits/loops.h"

namespace deltaport {

int64_t Avx2Fma(int64_t n, float* sink) { return FmaLoop<Avx2>(n, sink); }

void Avx2Read(const float* from, int64_t floats, float* sink) { ReadFloats<Avx2, 8>(from, floats, sink); }

}  // namespace deltaport
