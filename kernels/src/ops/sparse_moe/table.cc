#include "ops/sparse_moe/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<SparseMoeParams>>& Kernels<SparseMoeParams>() {
  static const std::vector<Kernel<SparseMoeParams>> kernels = {
      {Level::kReference, Compute::kExact, nullptr, nullptr, SparseMoeReference},
  };
  return kernels;
}

}  // namespace deltaport
