#include "ops/rotary_table/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<RotaryTableParams>>& Kernels<RotaryTableParams>() {
  static const std::vector<Kernel<RotaryTableParams>> kernels = {
      TwinOf<RotaryTableParams, RotaryTableReference>(Isa::kReference),
  };
  return kernels;
}

}  // namespace deltaport
