#include "ops/sparse_moe/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<SparseMoeParams>>& Kernels<SparseMoeParams>() {
  static const std::vector<Kernel<SparseMoeParams>> kernels = [] {
    std::vector<Kernel<SparseMoeParams>> all = SparseMoeTiled();
    all.push_back({Isa::kReference, Compute::kExact, nullptr, nullptr, SparseMoeReference});
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
