#include "matmul/matmul_kernel.h"

namespace deltaport {
namespace {

#if defined(__x86_64__)
const MatmulKernel* FindFastForm(Isa isa, Format format) {
  if (IsPlain(format)) return Allows(isa, Isa::kAvx512Bf16) ? Avx512Bf16Matmul(format) : nullptr;
  if (Allows(isa, Isa::kAvx512Vnni)) return Avx512VnniMatmul(format);
  if (Allows(isa, Isa::kAvx512)) return Avx512ByteMatmul(format);
  return Allows(isa, Isa::kAvx2) ? Avx2ByteMatmul(format) : nullptr;
}

const MatmulKernel* FindForm(Isa isa, Compute compute, Format format) {
  if (compute == Compute::kFast) return FindFastForm(isa, format);
  if (Allows(isa, Isa::kAvx512)) return Avx512Matmul(format);
  return Allows(isa, Isa::kAvx2) ? Avx2Matmul(format) : nullptr;
}
#elif defined(__aarch64__)
const MatmulKernel* FindForm(Isa isa, Compute compute, Format format) {
  if (!Allows(isa, Isa::kNeon)) return nullptr;
  return compute == Compute::kFast ? NeonByteMatmul(format) : NeonMatmul(format);
}
#else
const MatmulKernel* FindForm(Isa, Compute, Format) { return nullptr; }
#endif

}  // namespace

const MatmulKernel* MatmulKernelFor(Isa isa, Compute compute, const WeightView& weight) {
  const MatmulKernel* form = compute == Compute::kFast ? FindForm(isa, compute, weight.format) : nullptr;
  if (form == nullptr || !form->takes(weight)) form = FindForm(isa, Compute::kExact, weight.format);
  return form == nullptr || !form->takes(weight) ? nullptr : form;
}

bool HasFastMatmulKernel(Isa isa, const WeightView& weight) {
  return MatmulKernelFor(isa, Compute::kFast, weight) != MatmulKernelFor(isa, Compute::kExact, weight);
}

}  // namespace deltaport
