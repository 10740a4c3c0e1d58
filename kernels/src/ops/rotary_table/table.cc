#include "ops/rotary_table/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<RotaryTableParams>>& Kernels<RotaryTableParams>() {
  static const std::vector<Kernel<RotaryTableParams>> kernels = {
      {Isa::kReference, Compute::kExact, nullptr, nullptr, RotaryTableReference},
  };
  return kernels;
}

}  // namespace deltaport
