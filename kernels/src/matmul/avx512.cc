#include "simd/avx512.h"

#include "matmul/make_form.h"

namespace deltaport {

const MatmulForm* Avx512Form(Format format) { return MakeExactForm<Avx512>(format); }

}  // namespace deltaport
