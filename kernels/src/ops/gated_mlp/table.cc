#include "ops/gated_mlp/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedMlpParams>>& Kernels<GatedMlpParams>() {
  static const std::vector<Kernel<GatedMlpParams>> kernels = [] {
    std::vector<Kernel<GatedMlpParams>> all = GatedMlpTiled();
    all.push_back({Isa::kReference, Compute::kExact, nullptr, nullptr, GatedMlpReference});
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
