#include "simd/avx2.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulKernel* Avx2Matmul(Format format) { return MakeExactForm<Avx2>(format); }
const MatmulKernel* Avx2ByteMatmul(Format format) { return MakeByteForm<Avx2>(format); }

}  // namespace deltaport
