#include "cuda/memory.h"

#include "core/error.h"

namespace deltaport::cuda {
namespace {

constexpr unsigned kNonBlocking = 1;    // CU_STREAM_NON_BLOCKING
constexpr unsigned kDisableTiming = 2;  // CU_EVENT_DISABLE_TIMING
constexpr Result kOutOfMemory = 2;

// Out of memory in numbers; anything else in the driver's words.
void CheckAllocation(Result result, const char* what, int64_t bytes) {
  size_t free = 0;
  size_t total = 0;
  if (result == kOutOfMemory && Driver::Get().MemGetInfo(&free, &total) == 0) {
    Fail("CUDA: out of memory: ", bytes, " bytes of ", what, " wanted, ", free, " of ", total, " free on the GPU");
  }
  Check(result, std::to_string(bytes) + " bytes of " + what);
}

}  // namespace

DeviceMemory Allocate(const Device& device, int64_t bytes) {
  if (bytes == 0) return DeviceMemory();
  device.Activate();
  Address address = 0;
  CheckAllocation(Driver::Get().MemAlloc(&address, static_cast<size_t>(bytes)), "GPU memory", bytes);
  return DeviceMemory(device, address);
}

PinnedMemory AllocatePinned(const Device& device, int64_t bytes) {
  device.Activate();
  void* data = nullptr;
  CheckAllocation(Driver::Get().MemHostAlloc(&data, static_cast<size_t>(bytes), 0), "pinned host memory", bytes);
  return PinnedMemory(device, data);
}

Stream MakeStream(const Device& device) {
  device.Activate();
  OpaqueStream* stream = nullptr;
  Check(Driver::Get().StreamCreate(&stream, kNonBlocking), "a stream");
  return Stream(device, stream);
}

Event MakeEvent(const Device& device) {
  device.Activate();
  OpaqueEvent* event = nullptr;
  Check(Driver::Get().EventCreate(&event, kDisableTiming), "an event");
  return Event(device, event);
}

void Synchronize(const Stream& stream) { Check(Driver::Get().StreamSynchronize(stream.get()), "work on the GPU"); }

}  // namespace deltaport::cuda
