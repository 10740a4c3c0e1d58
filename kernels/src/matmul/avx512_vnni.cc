#include "simd/avx512_vnni.h"

#include "matmul/make_byte_form.h"

namespace deltaport {

const MatmulKernel* Avx512VnniMatmul(Format format) { return MakeByteForm<Avx512Vnni>(format); }

}  // namespace deltaport
