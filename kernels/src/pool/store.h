// Where the state of a pool lies: in host memory, or on a GPU (cuda/device_store.h).
#pragma once

#include <cstdint>
#include <memory>

#include "core/region.h"

namespace deltaport {

// Zeroed memory of one part of a layer.
class Store {
 public:
  virtual ~Store() = default;

  virtual uint8_t* data() const = 0;  // of host or device memory

  // Keeps the contents; what is new is zero. The data may move. On an error nothing has changed.
  virtual void Grow(int64_t bytes) = 0;
};

class StorePlace {
 public:
  virtual ~StorePlace() = default;

  virtual int32_t device() const = 0;  // DP_CPU or the number of a GPU
  virtual std::unique_ptr<Store> Make(int64_t bytes) = 0;

  // Copies between stores of this place, and between them and the host's memory.
  virtual void Copy(uint8_t* to, const uint8_t* from, int64_t bytes) = 0;
  virtual void Read(void* to, const uint8_t* from, int64_t bytes) = 0;
  virtual void Write(uint8_t* to, const void* from, int64_t bytes) = 0;

  // Waits until all that was asked for is done.
  virtual void Finish() = 0;
};

std::unique_ptr<StorePlace> HostPlace();

}  // namespace deltaport
