// The stand-in libcuda.so.1: the functions of cuda/driver.h, over the device of libcudart.so.12; kernels run over the
// shim.
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <vector>

#include "cuda/kernels.h"
#include "cuda_shim/kernels.h"
#include "device.h"

using namespace deltaport::standin;
namespace cuda = deltaport::cuda;
namespace shim = deltaport::shim;

namespace {

constexpr int kThreads = 1024;
constexpr unsigned kMostShared = 227 << 10;
constexpr unsigned kMostGrid = 65535;

char context;  // its address stands for the primary context

// A function is its kernel's number plus one.
cuda::KernelId KernelOf(void* function) {
  return static_cast<cuda::KernelId>(reinterpret_cast<uintptr_t>(function) - 1);
}

Code Launch(cuda::KernelId kernel, const shim::Dim& grid, int threads, unsigned shared,
            const std::vector<uint64_t>& args) {
  TheCounts().launches++;
  try {
    shim::RunKernel(shim::Order::kInTurn, kernel, grid, threads, shared, args.data());
    return kSuccess;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stand-in: kernel %s: %s\n", cuda::KernelName(kernel), error.what());
    return kLaunchFailure;
  }
}

}  // namespace

#define API extern "C" STANDIN_API

API int cuInit(unsigned) { return TheFaults().dead_driver ? kUnknown : TheFaults().no_device ? kNoDevice : kSuccess; }
API int cuDriverGetVersion(int* version) {
  *version = 12080;
  return 0;
}
API int cuGetErrorString(int error, const char** text) {
  switch (error) {
    case kOutOfMemory:
      *text = "out of memory";
      break;
    case kLaunchFailure:
      *text = "unspecified launch failure";
      break;
    case kUnknown:
      *text = "unknown error";
      break;
    default:
      *text = "error of the stand-in";
  }
  return 0;
}
API int cuDeviceGetCount(int* count) {
  *count = 1;
  return 0;
}
API int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}
API int cuDeviceGetName(char* name, int size, int) {
  std::snprintf(name, static_cast<size_t>(size), "stand-in");
  return 0;
}
extern "C" int cudaDeviceGetAttribute(int* value, int attribute, int);
API int cuDeviceGetAttribute(int* value, int attribute, int device) {
  return cudaDeviceGetAttribute(value, attribute, device);
}
API int cuDevicePrimaryCtxRetain(void** made, int) {
  *made = &context;
  return 0;
}
API int cuCtxSetCurrent(void*) { return 0; }
extern "C" int cudaMemGetInfo(size_t* free, size_t* total);
API int cuMemGetInfo_v2(size_t* free, size_t* total) { return cudaMemGetInfo(free, total); }
API int cuMemAlloc_v2(void** address, size_t bytes) { return Allocate(address, bytes); }
API int cuMemFree_v2(void* address) { return Free(address); }
API int cuMemHostAlloc(void** data, size_t bytes, unsigned) { return AllocatePinned(data, bytes); }
API int cuMemFreeHost(void* data) { return FreePinned(data); }
API int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  return Copy(stream, Direction::kToDevice, to, from, bytes);
}
API int cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  return Copy(stream, Direction::kToHost, to, from, bytes);
}
API int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  return Copy(stream, Direction::kOnDevice, to, from, bytes);
}
API int cuMemsetD8Async(void* to, unsigned char value, size_t bytes, void* stream) {
  return Set(stream, to, value, bytes);
}
API int cuStreamCreate(void** stream, unsigned) { return CreateStream(stream); }
API int cuStreamDestroy_v2(void* stream) { return DestroyStream(stream); }
API int cuStreamSynchronize(void* stream) { return Synchronize(stream); }
API int cuEventCreate(void** event, unsigned) { return CreateEvent(event); }
API int cuEventDestroy_v2(void* event) { return DestroyEvent(event); }
API int cuEventRecord(void* event, void* stream) { return RecordEvent(event, stream); }
API int cuEventSynchronize(void* event) { return SynchronizeEvent(event); }

API int cuStreamBeginCapture_v2(void* stream, int) { return BeginCapture(stream); }
API int cuStreamEndCapture(void* stream, void** graph) {
  *graph = nullptr;
  Code code = EndCapture(stream, graph);
  if (code != kSuccess || !TheFaults().no_capture) return code;
  DestroyGraph(*graph);
  *graph = nullptr;
  return kCaptureInvalidated;
}
API int cuGraphInstantiateWithFlags(void** exec, void* graph, unsigned long long) {
  *exec = CopyGraph(graph);
  return 0;
}
API int cuGraphLaunch(void* exec, void* stream) { return LaunchGraph(exec, stream); }
API int cuGraphDestroy(void* graph) {
  DestroyGraph(graph);
  return 0;
}
API int cuGraphExecDestroy(void* exec) {
  DestroyGraph(exec);
  return 0;
}

API int cuModuleLoadData(void** module, const void* image) {
  *module = const_cast<void*>(image);
  return image == nullptr ? kInvalidImage : kSuccess;
}
API int cuModuleUnload(void*) { return 0; }
API int cuModuleGetFunction(void** function, void*, const char* name) {
  for (int i = 0; i < cuda::kKernels; i++) {
    if (std::strcmp(cuda::kKernelNames[i], name) == 0) {
      *function = reinterpret_cast<void*>(static_cast<uintptr_t>(i + 1));
      return 0;
    }
  }
  return kNotFound;
}
API int cuFuncGetAttribute(int* value, int, void*) {
  *value = 0;
  return 0;
}
API int cuFuncSetAttribute(void*, int, int) { return 0; }

API int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                       unsigned block_y, unsigned block_z, unsigned shared, void* stream, void** parameters, void**) {
  unsigned threads = block_x * block_y * block_z;
  bool fits = grid_x > 0 && grid_y > 0 && grid_z > 0 && grid_y <= kMostGrid && grid_z <= kMostGrid && threads > 0 &&
              threads <= kThreads && shared <= kMostShared;
  if (!fits) return kInvalidValue;
  cuda::KernelId kernel = KernelOf(function);
  auto size = static_cast<size_t>(shim::ArgsSize(kernel));
  std::vector<uint64_t> args((size + 7) / 8);
  std::memcpy(args.data(), parameters[0], size);
  for (size_t i = 0; i < size / 8; i++) {
    if (!IsHostAddress(args[i])) continue;
    std::fprintf(stderr, "stand-in: kernel %s is given an address of host memory at byte %zu of its arguments\n",
                 cuda::KernelName(kernel), 8 * i);
    return kIllegalAddress;
  }
  return Enqueue(stream,
                 [=] { return Launch(kernel, {grid_x, grid_y, grid_z}, static_cast<int>(threads), shared, args); });
}
