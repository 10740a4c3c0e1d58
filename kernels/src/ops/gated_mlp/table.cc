#include "ops/gated_mlp/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatedMlpParams>>& Kernels<GatedMlpParams>() {
  static const std::vector<Kernel<GatedMlpParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, GatedMlpReference},
  };
  return kernels;
}

}  // namespace deltaport
