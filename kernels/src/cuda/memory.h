// What is owned on a device: memory, pinned host memory, streams, events. Making one throws in words; destructors
// ignore errors, since a driver that fails has taken everything with it.
#pragma once

#include <cstdint>
#include <utility>

#include "core/sizes.h"
#include "cuda/device.h"

namespace deltaport::cuda {

// Something of a device that is freed once, on any thread; a default one owns nothing.
template <class Handle, Result (*Driver::*kFree)(Handle)>
class Owned {
 public:
  Owned() = default;
  Owned(const Device& device, Handle handle) : device_(&device), handle_(handle) {}
  Owned(Owned&& other) noexcept
      : device_(std::exchange(other.device_, nullptr)), handle_(std::exchange(other.handle_, Handle{})) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(device_, other.device_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Owned() {
    if (device_ != nullptr && device_->TryActivate()) (void)(Driver::Get().*kFree)(handle_);
  }

  Handle get() const { return handle_; }

 private:
  const Device* device_ = nullptr;
  Handle handle_{};
};

using DeviceMemory = Owned<Address, &Driver::MemFree>;
using PinnedMemory = Owned<void*, &Driver::MemFreeHost>;
using Stream = Owned<OpaqueStream*, &Driver::StreamDestroy>;
using Event = Owned<OpaqueEvent*, &Driver::EventDestroy>;
using Graph = Owned<OpaqueGraph*, &Driver::GraphDestroy>;
using GraphExec = Owned<OpaqueGraphExec*, &Driver::GraphExecDestroy>;

DeviceMemory Allocate(const Device& device,
                      int64_t bytes);  // 256-byte aligned, undefined contents; 0 bytes are no memory
PinnedMemory AllocatePinned(const Device& device, int64_t bytes);
Stream MakeStream(const Device& device);  // not ordered with the legacy stream
Event MakeEvent(const Device& device);
void Synchronize(const Stream& stream);

// Bytes up to the next place where something of its own may begin.
inline int64_t Aligned(int64_t bytes) { return Multiply(CeilDiv(bytes, 256), 256); }

inline uint8_t* Pointer(Address address) { return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address)); }
inline Address AddressOf(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

}  // namespace deltaport::cuda
