// The CUDA twins of the ops over the shim, so that the suite of an op runs over them too.
#pragma once

#include <memory>
#include <vector>

#include "core/dispatch.h"
#include "cuda_shim/shim_launcher.h"
#include "ops/gated_mlp/kernel.h"

namespace deltaport::test {

// Weights as they lie on a device, kept for as long as this lives.
class DeviceWeights {
 public:
  WeightView Upload(const WeightView& weight);
  MlpView Upload(const MlpView& mlp);

 private:
  const uint8_t* Copy(const uint8_t* from, int64_t bytes);
  uint8_t* Allocate(int64_t bytes);

  std::vector<std::unique_ptr<uint8_t[]>> memory_;
};

// Launches an op whose params point to host memory.
template <class Params>
void LaunchOnShim(const Params& params, cuda::Launcher& launcher);

// One twin a compute mode in which the op has kernels of its own.
template <class Params>
const std::vector<Kernel<Params>>& CudaTwins();

}  // namespace deltaport::test
