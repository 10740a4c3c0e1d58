// Where the shim does not run there are no CUDA twins to test.
#include "cuda/launches.h"

namespace deltaport::test {

template <class Params>
const std::vector<Kernel<Params>>& CudaTwins() {
  static const std::vector<Kernel<Params>> none;
  return none;
}

template const std::vector<Kernel<ConcatParams>>& CudaTwins<ConcatParams>();
template const std::vector<Kernel<GatedAttentionParams>>& CudaTwins<GatedAttentionParams>();
template const std::vector<Kernel<GatedDeltaNetParams>>& CudaTwins<GatedDeltaNetParams>();
template const std::vector<Kernel<GatedMlpParams>>& CudaTwins<GatedMlpParams>();
template const std::vector<Kernel<GatherRowsParams>>& CudaTwins<GatherRowsParams>();
template const std::vector<Kernel<LinearParams>>& CudaTwins<LinearParams>();
template const std::vector<Kernel<RmsNormParams>>& CudaTwins<RmsNormParams>();
template const std::vector<Kernel<RotaryTableParams>>& CudaTwins<RotaryTableParams>();
template const std::vector<Kernel<SparseMoeParams>>& CudaTwins<SparseMoeParams>();
template const std::vector<Kernel<TopKParams>>& CudaTwins<TopKParams>();

}  // namespace deltaport::test
