// A GPU that is not there: the stand-in libcudart.so.12 and libcuda.so.1 share this one, which lives in the former. For
// tests on machines without a GPU, under the real CUDA provider of ONNX Runtime; never packaged.
//
// Its memory is host memory that can be touched only while queued work runs, so that code which takes a device pointer
// for a host pointer faults; it starts as NaN and ends at a page that nobody can touch. Its streams are queues that run
// when they are waited for, as late as a real device might. Kernels run over the shim (cuda_shim). Copies are counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace deltaport::standin {

// The results that both APIs share (CUresult, cudaError_t).
enum Code : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNoDevice = 100,
  kInvalidImage = 200,
  kNotFound = 500,
  kIllegalAddress = 700,
  kLaunchFailure = 719,
  kNotSupported = 801,
  kCaptureUnsupported = 900,
  kCaptureInvalidated = 901,
  kUnknown = 999,
};

enum class Direction { kToDevice, kToHost, kOnDevice };

struct Counts {
  int64_t copies_to_device = 0;
  int64_t bytes_to_device = 0;
  int64_t copies_to_host = 0;
  int64_t bytes_to_host = 0;
  int64_t copies_on_device = 0;
  int64_t launches = 0;
  int64_t device_bytes = 0;  // allocated now
  int64_t pinned_bytes = 0;
  int64_t streams = 0;
  int64_t foreign_kernels = 0;  // of ONNX Runtime itself, whose code cannot run here
  int64_t graph_launches = 0;
};

// What a test asks for.
struct Faults {
  bool dead_driver = false;
  bool no_device = false;
  bool no_capture = false;
  int64_t memory = int64_t{80} << 30;
  int64_t copies_until_failure = -1;  // to the device; -1 = none fails
};

#define STANDIN_API __attribute__((visibility("default")))

STANDIN_API Counts& TheCounts();
STANDIN_API Faults& TheFaults();

STANDIN_API Code Allocate(void** address, size_t bytes);
STANDIN_API Code Free(void* address);
STANDIN_API Code AllocatePinned(void** data, size_t bytes);
STANDIN_API Code FreePinned(void* data);
STANDIN_API bool IsDeviceAddress(const void* address);
// Whether a word that a kernel is given is an address of host memory.
STANDIN_API bool IsHostAddress(uint64_t word);

// Streams and events are opaque; null is the legacy stream, with which the others are not ordered.
STANDIN_API Code CreateStream(void** stream);
STANDIN_API Code DestroyStream(void* stream);
STANDIN_API Code Synchronize(void* stream);
STANDIN_API Code SynchronizeAll();
STANDIN_API Code CreateEvent(void** event);
STANDIN_API Code DestroyEvent(void* event);
STANDIN_API Code RecordEvent(void* event, void* stream);
STANDIN_API Code SynchronizeEvent(void* event);
STANDIN_API Code WaitEvent(void* stream, void* event);

STANDIN_API Code Enqueue(void* stream, std::function<Code()> work);
STANDIN_API Code Copy(void* stream, Direction direction, void* to, const void* from, size_t bytes);
STANDIN_API Code Set(void* stream, void* to, int value, size_t bytes);

STANDIN_API Code BeginCapture(void* stream);
STANDIN_API Code EndCapture(void* stream, void** graph);
STANDIN_API bool IsCapturing(void* stream);
STANDIN_API void* CopyGraph(void* graph);
STANDIN_API void DestroyGraph(void* graph);
STANDIN_API Code LaunchGraph(void* graph, void* stream);

}  // namespace deltaport::standin
