#include "ops/sparse_moe/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<SparseMoeParams>>& Kernels<SparseMoeParams>() {
  static const std::vector<Kernel<SparseMoeParams>> kernels = [] {
    std::vector<Kernel<SparseMoeParams>> all = SparseMoeTiled();
    all.push_back(TwinOf<SparseMoeParams, SparseMoeReference>(Isa::kReference));
    return all;
  }();
  return kernels;
}

}  // namespace deltaport
