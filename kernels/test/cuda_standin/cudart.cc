// The functions of libcudart.so.12 that ONNX Runtime's CUDA provider calls in a session of our ops; those it imports
// and does not call then are stubs (stubs.sh). Own declarations: names and layouts are those of CUDA 12.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "device.h"

using namespace deltaport::standin;

namespace {

thread_local int last_error = 0;

int Last(int code) {
  if (code != 0) last_error = code;
  return code;
}

// cudaMemcpyKind; kDefault asks the addresses.
enum Kind : int { kHostToHost = 0, kHostToDevice = 1, kDeviceToHost = 2, kDeviceToDevice = 3, kDefault = 4 };

int CopyAs(void* stream, Kind kind, void* to, const void* from, size_t bytes) {
  bool to_device = kind == kDefault ? IsDeviceAddress(to) : kind == kHostToDevice || kind == kDeviceToDevice;
  bool from_device = kind == kDefault ? IsDeviceAddress(from) : kind == kDeviceToHost || kind == kDeviceToDevice;
  if (!to_device && !from_device) {
    std::memmove(to, from, bytes);
    return 0;
  }
  Direction direction = !from_device ? Direction::kToDevice : to_device ? Direction::kOnDevice : Direction::kToHost;
  return Last(Copy(stream, direction, to, from, bytes));
}

struct DeviceProperties {  // cudaDeviceProp of CUDA 12, its head
  char name[256];
  char uuid[16];
  char luid[8];
  unsigned luid_mask;
  size_t total_memory;
  size_t shared_per_block;
  int registers_per_block;
  int warp_size;
  size_t memory_pitch;
  int threads_per_block;
  int most_threads[3];
  int most_grid[3];
  int clock_rate;
  size_t constant_memory;
  int major;
  int minor;
  size_t texture_alignment;
  size_t texture_pitch;
  int device_overlap;
  int processors;
};
constexpr size_t kDevicePropertiesBytes = 1032;

struct Dim3 {
  unsigned x, y, z;
};
struct Configuration {
  Dim3 grid, block;
  size_t shared;
  void* stream;
};
thread_local std::vector<Configuration> configurations;

}  // namespace

#define API extern "C" STANDIN_API

API int cudaGetDeviceCount(int* count) {
  *count = 0;
  if (TheFaults().dead_driver) return Last(35);  // cudaErrorInsufficientDriver
  if (TheFaults().no_device) return Last(kNoDevice);
  *count = 1;
  return 0;
}
API int cudaGetDevice(int* device) {
  *device = 0;
  return TheFaults().dead_driver ? Last(35) : 0;
}
API int cudaSetDevice(int device) {
  if (TheFaults().dead_driver) return Last(35);
  return device == 0 ? 0 : Last(101);
}
API int cudaGetDeviceProperties_v2(void* properties, int) {
  std::memset(properties, 0, kDevicePropertiesBytes);
  auto* head = static_cast<DeviceProperties*>(properties);
  std::strcpy(head->name, "stand-in");
  head->total_memory = static_cast<size_t>(TheFaults().memory);
  head->shared_per_block = 48 << 10;
  head->registers_per_block = 65536;
  head->warp_size = 32;
  head->threads_per_block = 1024;
  head->most_threads[0] = head->most_threads[1] = 1024;
  head->most_threads[2] = 64;
  head->most_grid[0] = INT32_MAX;
  head->most_grid[1] = head->most_grid[2] = 65535;
  head->major = 9;
  head->processors = 132;
  return 0;
}
API int cudaDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 1:  // threads a block
      *value = 1024;
      break;
    case 8:  // shared memory a block
      *value = 48 << 10;
      break;
    case 10:  // warp
      *value = 32;
      break;
    case 16:  // multiprocessors
      *value = 132;
      break;
    case 75:  // major
      *value = 9;
      break;
    case 97:  // shared memory a block, opted in
      *value = 227 << 10;
      break;
    default:
      *value = 0;
  }
  return 0;
}
API int cudaDriverGetVersion(int* version) {
  *version = 12080;
  return 0;
}
API int cudaRuntimeGetVersion(int* version) {
  *version = 12080;
  return 0;
}
API int cudaGetLastError() {
  int error = last_error;
  last_error = 0;
  return error;
}
API int cudaPeekAtLastError() { return last_error; }
API const char* cudaGetErrorName(int) { return "error of the stand-in"; }
API const char* cudaGetErrorString(int error) {
  return error == 35 ? "CUDA driver version is insufficient for CUDA runtime version" : "error of the stand-in";
}

API int cudaMemGetInfo(size_t* free, size_t* total) {
  *total = static_cast<size_t>(TheFaults().memory);
  *free = static_cast<size_t>(TheFaults().memory - TheCounts().device_bytes);
  return 0;
}
API int cudaMalloc(void** address, size_t bytes) { return Last(Allocate(address, bytes)); }
API int cudaFree(void* address) { return Last(Free(address)); }
API int cudaFreeAsync(void* address, void*) { return Last(Free(address)); }
API int cudaHostAlloc(void** data, size_t bytes, unsigned) { return Last(AllocatePinned(data, bytes)); }
API int cudaMallocHost(void** data, size_t bytes) { return Last(AllocatePinned(data, bytes)); }
API int cudaFreeHost(void* data) { return Last(FreePinned(data)); }
API int cudaMemcpyAsync(void* to, const void* from, size_t bytes, Kind kind, void* stream) {
  return CopyAs(stream, kind, to, from, bytes);
}
API int cudaMemcpy(void* to, const void* from, size_t bytes, Kind kind) {
  if (int code = CopyAs(nullptr, kind, to, from, bytes)) return code;
  return Last(Synchronize(nullptr));
}
API int cudaMemsetAsync(void* to, int value, size_t bytes, void* stream) { return Last(Set(stream, to, value, bytes)); }
API int cudaMemset(void* to, int value, size_t bytes) {
  if (int code = Set(nullptr, to, value, bytes)) return Last(code);
  return Last(Synchronize(nullptr));
}

API int cudaStreamCreateWithFlags(void** stream, unsigned) { return Last(CreateStream(stream)); }
API int cudaStreamCreate(void** stream) { return Last(CreateStream(stream)); }
API int cudaStreamDestroy(void* stream) { return Last(DestroyStream(stream)); }
API int cudaStreamSynchronize(void* stream) { return Last(Synchronize(stream)); }
API int cudaDeviceSynchronize() { return Last(SynchronizeAll()); }
API int cudaStreamWaitEvent(void* stream, void* event, unsigned) { return Last(WaitEvent(stream, event)); }
API int cudaStreamIsCapturing(void* stream, int* status) {
  *status = IsCapturing(stream) ? 1 : 0;
  return 0;
}
API int cudaLaunchHostFunc(void* stream, void (*function)(void*), void* data) {
  return Last(Enqueue(stream, [=] {
    function(data);
    return kSuccess;
  }));
}
API int cudaEventCreateWithFlags(void** event, unsigned) { return Last(CreateEvent(event)); }
API int cudaEventCreate(void** event) { return Last(CreateEvent(event)); }
API int cudaEventDestroy(void* event) { return Last(DestroyEvent(event)); }
API int cudaEventRecord(void* event, void* stream) { return Last(RecordEvent(event, stream)); }
API int cudaEventSynchronize(void* event) { return Last(SynchronizeEvent(event)); }

// The provider registers its kernels when it is loaded. None of them may be needed: a launch is counted, and a test
// that counts one fails.
API void** __cudaRegisterFatBinary(void*) {
  static void* handle = nullptr;
  return &handle;
}
API void __cudaRegisterFatBinaryEnd(void**) {}
API void __cudaUnregisterFatBinary(void**) {}
API void __cudaRegisterFunction(void**, const char*, char*, const char*, int, void*, void*, void*, void*, int*) {}
API void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}
API unsigned __cudaPushCallConfiguration(Dim3 grid, Dim3 block, size_t shared, void* stream) {
  configurations.push_back({grid, block, shared, stream});
  return 0;
}
API int __cudaPopCallConfiguration(Dim3* grid, Dim3* block, size_t* shared, void* stream) {
  Configuration top = configurations.back();
  configurations.pop_back();
  *grid = top.grid;
  *block = top.block;
  *shared = top.shared;
  *static_cast<void**>(stream) = top.stream;
  return 0;
}
API int cudaLaunchKernel(const void*, Dim3, Dim3, void**, size_t, void*) {
  TheCounts().foreign_kernels++;
  return 0;
}
API int cudaLaunchKernelExC(const void*, const void*, void**) {
  TheCounts().foreign_kernels++;
  return 0;
}
