#include "matmul/form.h"

#include "core/scratch.h"

namespace deltaport {
namespace {

#if defined(__x86_64__)
const MatmulForm* FindFastForm(Level level, Format format) {
  if (IsPlain(format)) return Allows(level, Level::kAvx512Bf16) ? Avx512Bf16Form(format) : nullptr;
  if (Allows(level, Level::kAvx512Vnni)) return Avx512VnniForm(format);
  if (Allows(level, Level::kAvx512)) return Avx512ByteForm(format);
  return Allows(level, Level::kAvx2) ? Avx2ByteForm(format) : nullptr;
}

const MatmulForm* FindForm(Level level, Compute compute, Format format) {
  if (compute == Compute::kFast) return FindFastForm(level, format);
  if (Allows(level, Level::kAvx512)) return Avx512Form(format);
  return Allows(level, Level::kAvx2) ? Avx2Form(format) : nullptr;
}
#elif defined(__aarch64__)
const MatmulForm* FindForm(Level level, Compute compute, Format format) {
  if (!Allows(level, Level::kNeon)) return nullptr;
  return compute == Compute::kFast ? NeonByteForm(format) : NeonForm(format);
}
#else
const MatmulForm* FindForm(Level, Compute, Format) { return nullptr; }
#endif

}  // namespace

float* MatmulBuffer(int64_t n) {
  thread_local Scratch scratch;
  return scratch.Floats(n);
}

const MatmulForm* FormFor(Level level, Compute compute, const WeightView& weight) {
  const MatmulForm* form = compute == Compute::kFast ? FindForm(level, compute, weight.format) : nullptr;
  if (form == nullptr || !form->takes(weight)) form = FindForm(level, Compute::kExact, weight.format);
  return form == nullptr || !form->takes(weight) ? nullptr : form;
}

bool HasFastForm(Level level, const WeightView& weight) {
  return FormFor(level, Compute::kFast, weight) != FormFor(level, Compute::kExact, weight);
}

}  // namespace deltaport
