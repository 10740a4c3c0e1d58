// The CUDA driver, found at run time: nothing of CUDA is needed to build or to start. Own declarations of the few
// functions that the library calls; names and signatures are those of cuda.h (driver API 12).
#pragma once

#include <cstdint>
#include <string>

namespace deltaport::cuda {

using Result = int32_t;    // CUresult, 0 = success
using Address = uint64_t;  // CUdeviceptr
struct OpaqueContext;
struct OpaqueModule;
struct OpaqueFunction;
struct OpaqueStream;
struct OpaqueEvent;
struct OpaqueGraph;
struct OpaqueGraphExec;

// X(name, exported symbol, parameters)
#define DELTAPORT_CUDA_FUNCTIONS(X)                                                                                    \
  X(Init, "cuInit", (unsigned flags))                                                                                  \
  X(DriverGetVersion, "cuDriverGetVersion", (int32_t* version))                                                        \
  X(GetErrorString, "cuGetErrorString", (Result error, const char** text))                                             \
  X(DeviceGetCount, "cuDeviceGetCount", (int32_t* count))                                                              \
  X(DeviceGet, "cuDeviceGet", (int32_t* device, int32_t ordinal))                                                      \
  X(DeviceGetName, "cuDeviceGetName", (char* name, int32_t size, int32_t device))                                      \
  X(DeviceGetAttribute, "cuDeviceGetAttribute", (int32_t* value, int32_t attribute, int32_t device))                   \
  X(DevicePrimaryCtxRetain, "cuDevicePrimaryCtxRetain", (OpaqueContext * *context, int32_t device))                    \
  X(CtxSetCurrent, "cuCtxSetCurrent", (OpaqueContext * context))                                                       \
  X(MemGetInfo, "cuMemGetInfo_v2", (size_t* free, size_t* total))                                                      \
  X(MemAlloc, "cuMemAlloc_v2", (Address * address, size_t bytes))                                                      \
  X(MemFree, "cuMemFree_v2", (Address address))                                                                        \
  X(MemHostAlloc, "cuMemHostAlloc", (void** data, size_t bytes, unsigned flags))                                       \
  X(MemFreeHost, "cuMemFreeHost", (void* data))                                                                        \
  X(MemcpyHtoDAsync, "cuMemcpyHtoDAsync_v2", (Address to, const void* from, size_t bytes, OpaqueStream* stream))       \
  X(MemcpyDtoHAsync, "cuMemcpyDtoHAsync_v2", (void* to, Address from, size_t bytes, OpaqueStream* stream))             \
  X(MemcpyDtoDAsync, "cuMemcpyDtoDAsync_v2", (Address to, Address from, size_t bytes, OpaqueStream* stream))           \
  X(MemsetD8Async, "cuMemsetD8Async", (Address to, uint8_t value, size_t bytes, OpaqueStream* stream))                 \
  X(StreamCreate, "cuStreamCreate", (OpaqueStream * *stream, unsigned flags))                                          \
  X(StreamDestroy, "cuStreamDestroy_v2", (OpaqueStream * stream))                                                      \
  X(StreamSynchronize, "cuStreamSynchronize", (OpaqueStream * stream))                                                 \
  X(StreamBeginCapture, "cuStreamBeginCapture_v2", (OpaqueStream * stream, int32_t mode))                              \
  X(StreamEndCapture, "cuStreamEndCapture", (OpaqueStream * stream, OpaqueGraph * *graph))                             \
  X(GraphInstantiate, "cuGraphInstantiateWithFlags", (OpaqueGraphExec * *exec, OpaqueGraph * graph, uint64_t flags))   \
  X(GraphLaunch, "cuGraphLaunch", (OpaqueGraphExec * exec, OpaqueStream * stream))                                     \
  X(GraphDestroy, "cuGraphDestroy", (OpaqueGraph * graph))                                                             \
  X(GraphExecDestroy, "cuGraphExecDestroy", (OpaqueGraphExec * exec))                                                  \
  X(EventCreate, "cuEventCreate", (OpaqueEvent * *event, unsigned flags))                                              \
  X(EventDestroy, "cuEventDestroy_v2", (OpaqueEvent * event))                                                          \
  X(EventRecord, "cuEventRecord", (OpaqueEvent * event, OpaqueStream * stream))                                        \
  X(EventSynchronize, "cuEventSynchronize", (OpaqueEvent * event))                                                     \
  X(ModuleLoadData, "cuModuleLoadData", (OpaqueModule * *module, const void* image))                                   \
  X(ModuleUnload, "cuModuleUnload", (OpaqueModule * module))                                                           \
  X(ModuleGetFunction, "cuModuleGetFunction", (OpaqueFunction * *function, OpaqueModule * module, const char* name))   \
  X(FuncGetAttribute, "cuFuncGetAttribute", (int32_t* value, int32_t attribute, OpaqueFunction* function))             \
  X(FuncSetAttribute, "cuFuncSetAttribute", (OpaqueFunction * function, int32_t attribute, int32_t value))             \
  X(LaunchKernel, "cuLaunchKernel",                                                                                    \
    (OpaqueFunction * function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, \
     unsigned block_z, unsigned shared_bytes, OpaqueStream* stream, void** parameters, void** extra))

struct Driver {
#define DELTAPORT_CUDA_MEMBER(name, symbol, parameters) Result(*name) parameters = nullptr;
  DELTAPORT_CUDA_FUNCTIONS(DELTAPORT_CUDA_MEMBER)
#undef DELTAPORT_CUDA_MEMBER

  // The driver of this machine, loaded and initialised at the first call; throws, in words, where there is none or it
  // does not work. A failure is tried again at the next call.
  static const Driver& Get();
};

// Throws "CUDA: WHAT: the driver's words (error N)" unless the result is 0.
void Check(Result result, const std::string& what);

}  // namespace deltaport::cuda
