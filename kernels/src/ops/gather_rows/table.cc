#include "ops/gather_rows/kernel.h"

namespace deltaport {

template <>
const std::vector<Kernel<GatherRowsParams>>& Kernels<GatherRowsParams>() {
  static const std::vector<Kernel<GatherRowsParams>> kernels = {
      TwinOf<GatherRowsParams, GatherRowsReference>(Isa::kReference),
  };
  return kernels;
}

}  // namespace deltaport
