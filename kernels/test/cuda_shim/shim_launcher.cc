#include "cuda_shim/shim_launcher.h"

#include "core/sizes.h"

namespace deltaport::shim {

void* ShimLauncher::Scratch(int64_t bytes) {
  size_t size = static_cast<size_t>(CeilDiv(bytes, 256) * 256);
  scratch_.emplace_back(std::aligned_alloc(256, size));
  std::memset(scratch_.back().get(), 0xff, size);
  return scratch_.back().get();
}

void ShimLauncher::Run(cuda::KernelId kernel, const cuda::Grid& grid, int32_t threads, int64_t shared_bytes,
                       const void* args, int64_t size) {
  Require(size == ArgsSize(kernel), cuda::KernelName(kernel), ": expected ", ArgsSize(kernel),
          " bytes of arguments, found ", size);
  Require(grid.x < (int64_t{1} << 31) && grid.y < 65536 && grid.z < 65536, cuda::KernelName(kernel),
          ": the grid is too large");
  launches_++;
  RunKernel(order_, kernel,
            {static_cast<unsigned>(grid.x), static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z)}, threads,
            shared_bytes, args);
}

}  // namespace deltaport::shim
