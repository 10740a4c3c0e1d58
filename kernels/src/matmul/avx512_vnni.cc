#include "simd/avx512_vnni.h"

#include "matmul/make_byte_form.h"

namespace deltaport {

const MatmulForm* Avx512VnniForm(Format format) { return MakeByteForm<Avx512Vnni>(format); }

}  // namespace deltaport
