#include "simd/avx512.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulForm* Avx512Form(Format format) { return MakeExactForm<Avx512>(format); }
const MatmulForm* Avx512ByteForm(Format format) { return MakeByteForm<Avx512>(format); }

}  // namespace deltaport
