// Launches an op's kernels over the shim, on host memory that stands for a device's.
#pragma once

#include <memory>
#include <vector>

#include "cuda/launcher.h"
#include "cuda_shim/kernels.h"

namespace deltaport::shim {

class ShimLauncher : public cuda::Launcher {
 public:
  explicit ShimLauncher(Compute compute, Order order = Order::kInTurn) : order_(order) { target_.compute = compute; }

  const cuda::Target& target() const override { return target_; }
  void* Scratch(int64_t bytes) override;

  void set_capability(int32_t capability) { target_.capability = capability; }
  void set_processors(int32_t n) { target_.processors = n; }
  int64_t launches() const { return launches_; }

 protected:
  void Run(cuda::KernelId kernel, const cuda::Grid& grid, int32_t threads, int64_t shared_bytes, const void* args,
           int64_t size) override;

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  cuda::Target target_;
  Order order_;
  std::vector<std::unique_ptr<void, Free>> scratch_;  // full of NaN at first
  int64_t launches_ = 0;
};

}  // namespace deltaport::shim
