#include "ops/concat/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<ConcatParams>>& Kernels<ConcatParams>() {
  static const std::vector<Kernel<ConcatParams>> kernels = {
      TwinOf<ConcatParams, ConcatReference>(Isa::kReference),
  };
  return kernels;
}

}  // namespace deltaport
