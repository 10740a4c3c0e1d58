#include "ops/gated_attention/blocked.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedAttentionParams>>& Kernels<GatedAttentionParams>() {
  static const std::vector<Kernel<GatedAttentionParams>> kernels = [] {
    std::vector<Kernel<GatedAttentionParams>> all = GatedAttentionBlocked();
    all.push_back(TwinOf<GatedAttentionParams, GatedAttentionReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
