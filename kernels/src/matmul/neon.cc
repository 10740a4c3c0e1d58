#include "simd/neon.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulKernel* NeonMatmul(Format format) { return MakeExactForm<Neon>(format); }
const MatmulKernel* NeonByteMatmul(Format format) { return MakeByteForm<Neon>(format); }

}  // namespace deltaport
