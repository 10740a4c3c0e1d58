#include "simd/avx512.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulKernel* Avx512Matmul(Format format) { return MakeExactForm<Avx512>(format); }
const MatmulKernel* Avx512ByteMatmul(Format format) { return MakeByteForm<Avx512>(format); }

}  // namespace deltaport
