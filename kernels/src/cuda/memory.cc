#include "cuda/memory.h"

#include "core/error.h"

namespace deltaport::cuda {
namespace {

constexpr unsigned kNonBlocking = 1;    // CU_STREAM_NON_BLOCKING
constexpr unsigned kDisableTiming = 2;  // CU_EVENT_DISABLE_TIMING
constexpr Result kOutOfMemory = 2;

// Out of memory in numbers; anything else in the driver's words.
void CheckAllocation(Result result, const char* what, int64_t bytes) {
  if (result == kOutOfMemory) {
    size_t free = 0;
    size_t total = 0;
    if (Driver::Get().MemGetInfo(&free, &total) == 0) {
      Fail("CUDA: out of memory: ", bytes, " bytes of ", what, " wanted, ", free, " of ", total, " free on the device");
    }
  }
  Check(result, std::to_string(bytes) + " bytes of " + what);
}

}  // namespace

void FreeDevice(Address address) { (void)Driver::Get().MemFree(address); }
void FreePinned(void* data) { (void)Driver::Get().MemFreeHost(data); }
void FreeStream(OpaqueStream* stream) { (void)Driver::Get().StreamDestroy(stream); }
void FreeEvent(OpaqueEvent* event) { (void)Driver::Get().EventDestroy(event); }

DeviceMemory Allocate(int64_t bytes) {
  if (bytes == 0) return DeviceMemory();
  Address address = 0;
  CheckAllocation(Driver::Get().MemAlloc(&address, static_cast<size_t>(bytes)), "device memory", bytes);
  return DeviceMemory(address);
}

PinnedMemory AllocatePinned(int64_t bytes) {
  if (bytes == 0) return PinnedMemory();
  void* data = nullptr;
  CheckAllocation(Driver::Get().MemHostAlloc(&data, static_cast<size_t>(bytes), 0), "pinned host memory", bytes);
  return PinnedMemory(data);
}

Stream MakeStream() {
  OpaqueStream* stream = nullptr;
  Check(Driver::Get().StreamCreate(&stream, kNonBlocking), "a stream");
  return Stream(stream);
}

Event MakeEvent() {
  OpaqueEvent* event = nullptr;
  Check(Driver::Get().EventCreate(&event, kDisableTiming), "an event");
  return Event(event);
}

}  // namespace deltaport::cuda
