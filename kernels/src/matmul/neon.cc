#include "simd/neon.h"

#include "matmul/make_byte_form.h"
#include "matmul/make_form.h"

namespace deltaport {

const MatmulForm* NeonForm(Format format) { return MakeExactForm<Neon>(format); }
const MatmulForm* NeonByteForm(Format format) { return MakeByteForm<Neon>(format); }

}  // namespace deltaport
