// What every kernel is written in: CUDA by NVRTC, or C++ over the shim of the tests.
#pragma once

#ifdef __CUDACC_RTC__

#include <cstdint>

// A kernel of the library: KERNEL(name, Args, most threads of a block[, blocks to leave registers for]) { ... a.member
// }
#define KERNEL(name, Args, ...) \
  extern "C" __global__ void __launch_bounds__(__VA_ARGS__) name(const __grid_constant__ Args a)
#define DEVICE __device__ __forceinline__
// Shared memory of the block: `n` elements; all that the launch asks for.
#define SHARED(T, name, n) __shared__ __align__(16) T name[n]
#define SHARED_OF_LAUNCH(T, name) T* const name = reinterpret_cast<T*>(launch_memory)
#define UNROLL _Pragma("unroll")
// A loop whose unrolling would cost more registers than it saves time.
#define KEEP_LOOP _Pragma("unroll 1")

namespace deltaport::cuda {

extern __shared__ __align__(1024) unsigned char launch_memory[];

// The sum over the lanes of a warp, in every lane, always in the same order.
DEVICE float WarpSum(float value) {
  UNROLL
  for (int lanes = 16; lanes > 0; lanes /= 2) value += __shfl_xor_sync(0xffffffffu, value, lanes);
  return value;
}

DEVICE float WarpMax(float value) {
  UNROLL
  for (int lanes = 16; lanes > 0; lanes /= 2) value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, lanes));
  return value;
}

// a / b to 2 ulp.
DEVICE float Quotient(float a, float b) { return __fdividef(a, b); }

}  // namespace deltaport::cuda

#else

#include "cuda_shim/shim.h"

#endif

namespace deltaport::cuda {

constexpr int kWarp = 32;

DEVICE int Thread() { return static_cast<int>(threadIdx.x); }
DEVICE int Threads() { return static_cast<int>(blockDim.x); }
DEVICE int Lane() { return static_cast<int>(threadIdx.x) % kWarp; }
DEVICE int Warp() { return static_cast<int>(threadIdx.x) / kWarp; }

// The sum over a block of at most 32 warps, in every thread. `sums` [32] is shared memory of no other use.
DEVICE float BlockSum(float value, float* sums) {
  value = WarpSum(value);
  if (Lane() == 0) sums[Warp()] = value;
  __syncthreads();
  int warps = (Threads() + kWarp - 1) / kWarp;
  float sum = WarpSum(Lane() < warps ? sums[Lane()] : 0.0f);
  __syncthreads();
  return sum;
}

}  // namespace deltaport::cuda
