#include "simd/avx2.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulForm* Avx2Form(Format format) { return MakeExactForm<Avx2>(format); }
const MatmulForm* Avx2ByteForm(Format format) { return MakeByteForm<Avx2>(format); }

}  // namespace deltaport
