// The library's CUDA kernels over the shim, by their names.
#pragma once

#include <cstdint>

#include "cuda/kernels.h"
#include "cuda_shim/shim.h"

namespace deltaport::shim {

// Bytes of the struct that a kernel takes.
int64_t ArgsSize(cuda::KernelId kernel);

// Runs a kernel over a grid; args is its struct.
void RunKernel(Order order, cuda::KernelId kernel, const Dim& grid, int threads, int64_t shared_bytes,
               const void* args);

}  // namespace deltaport::shim
