#include "simd/avx512_bf16.h"

#include "matmul/make_form.h"

namespace deltaport {

const MatmulKernel* Avx512Bf16Matmul(Format format) {
  return format == Format::kBf16 ? MakeForm<Bf16Form<Avx512Bf16>>() : nullptr;
}

}  // namespace deltaport
