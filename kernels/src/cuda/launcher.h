// What the launches of an op need of a device. They know no driver: a session launches over libcuda, a test over the
// shim (test/cuda_shim).
#pragma once

#include <cstdint>

#include "core/dispatch.h"
#include "cuda/kernels.h"

namespace deltaport::cuda {

struct Grid {
  int64_t x = 1;
  int64_t y = 1;
  int64_t z = 1;
};

// What launches are made for.
struct Target {
  Compute compute = Compute::kFast;
  int32_t capability = 80;  // 10 * major + minor of the device
  int32_t processors = 1;   // multiprocessors, a hint for cutting work
};

// One op's launches on one stream. Launches of a stream run one after the other; nothing here waits for the device.
class Launcher {
 public:
  virtual ~Launcher() = default;

  virtual const Target& target() const = 0;

  // Device memory on 256 bytes, for the launches of this op that follow; its contents are undefined. It comes from the
  // session's arena, which grows where it is too small and which the next op uses again from its beginning.
  virtual void* Scratch(int64_t bytes) = 0;

  // Throws what the driver says. Launches with an empty grid are left out.
  template <class Args>
  void Launch(KernelId kernel, const Grid& grid, int32_t threads, int64_t shared_bytes, const Args& args) {
    if (grid.x > 0 && grid.y > 0 && grid.z > 0) Run(kernel, grid, threads, shared_bytes, &args, sizeof(Args));
  }

  template <class T>
  T* ScratchOf(int64_t n) {
    return static_cast<T*>(Scratch(n * static_cast<int64_t>(sizeof(T))));
  }

 protected:
  // args: the one argument of the kernel, copied before this returns.
  virtual void Run(KernelId kernel, const Grid& grid, int32_t threads, int64_t shared_bytes, const void* args,
                   int64_t size) = 0;
};

}  // namespace deltaport::cuda
