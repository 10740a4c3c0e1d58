#include "ops/gated_mlp/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedMlpParams>>& Kernels<GatedMlpParams>() {
  static const std::vector<Kernel<GatedMlpParams>> kernels = [] {
    std::vector<Kernel<GatedMlpParams>> all = GatedMlpTiled();
    all.push_back(TwinOf<GatedMlpParams, GatedMlpReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
