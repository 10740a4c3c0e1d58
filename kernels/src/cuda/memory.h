// What a session owns on a device: memory, pinned host memory, streams, events. All throw in words; destructors ignore
// errors, since a driver that fails has taken everything with it.
#pragma once

#include <cstdint>
#include <utility>

#include "cuda/driver.h"

namespace deltaport::cuda {

// Something that is freed once; 0 and null own nothing.
template <class Handle, void (*kFree)(Handle)>
class Owned {
 public:
  Owned() = default;
  explicit Owned(Handle handle) : handle_(handle) {}
  Owned(Owned&& other) noexcept : handle_(std::exchange(other.handle_, Handle{})) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() {
    if (handle_ != Handle{}) kFree(handle_);
  }

  Handle get() const { return handle_; }

 private:
  Handle handle_{};
};

void FreeDevice(Address address);
void FreePinned(void* data);
void FreeStream(OpaqueStream* stream);
void FreeEvent(OpaqueEvent* event);

using DeviceMemory = Owned<Address, FreeDevice>;
using PinnedMemory = Owned<void*, FreePinned>;
using Stream = Owned<OpaqueStream*, FreeStream>;
using Event = Owned<OpaqueEvent*, FreeEvent>;

// The context of the device must be current (Device::Activate).
DeviceMemory Allocate(int64_t bytes);  // 256-byte aligned, undefined contents; 0 bytes are no memory
PinnedMemory AllocatePinned(int64_t bytes);
Stream MakeStream();  // not ordered with the legacy stream
Event MakeEvent();

inline uint8_t* Pointer(Address address) { return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address)); }
inline Address AddressOf(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

}  // namespace deltaport::cuda
