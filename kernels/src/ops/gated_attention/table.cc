#include "ops/gated_attention/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedAttentionParams>>& Kernels<GatedAttentionParams>() {
  static const std::vector<Kernel<GatedAttentionParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, GatedAttentionReference},
  };
  return kernels;
}

}  // namespace deltaport
