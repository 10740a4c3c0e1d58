// Every CUDA kernel: its name in the device code and the struct that it takes by value (args.h).
#pragma once

// clang-format off
#define DELTAPORT_CUDA_KERNELS(KERNEL)            \
  KERNEL(rms_norm, RmsNormArgs)                   \
  KERNEL(linear_exact, LinearArgs)
// clang-format on

namespace deltaport::cuda {

enum class KernelId {
#define KERNEL(name, Args) name,
  DELTAPORT_CUDA_KERNELS(KERNEL)
#undef KERNEL
};

constexpr const char* kKernelNames[] = {
#define KERNEL(name, Args) #name,
    DELTAPORT_CUDA_KERNELS(KERNEL)
#undef KERNEL
};

constexpr int kKernels = sizeof(kKernelNames) / sizeof(kKernelNames[0]);

constexpr const char* KernelName(KernelId id) { return kKernelNames[static_cast<int>(id)]; }

}  // namespace deltaport::cuda
