#include "cuda_shim/kernels.h"

#include "cuda/device/all.cu"

namespace deltaport::shim {
namespace {

struct Entry {
  int64_t size;
  void (*run)(const void* args);
};

const Entry kEntries[] = {
#define ENTRY(name, Args) \
  {sizeof(cuda::Args), [](const void* args) { cuda::name(*static_cast<const cuda::Args*>(args)); }},
    DELTAPORT_CUDA_KERNELS(ENTRY)
#undef ENTRY
};

}  // namespace

int64_t ArgsSize(cuda::KernelId kernel) { return kEntries[static_cast<int>(kernel)].size; }

void RunKernel(Order order, cuda::KernelId kernel, const Dim& grid, int threads, int64_t shared_bytes,
               const void* args) {
  const Entry& entry = kEntries[static_cast<int>(kernel)];
  RunGrid(order, grid, threads, shared_bytes, [&] { entry.run(args); });
}

}  // namespace deltaport::shim
