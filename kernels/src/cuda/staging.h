// Host memory to a device through two pinned buffers: one is filled while the other crosses the bus.
#pragma once

#include <functional>

#include "cuda/memory.h"

namespace deltaport::cuda {

// Rows of host memory and how far apart they lie on the device, where the rest of a row is zero.
struct HostRows {
  const void* data = nullptr;
  int64_t rows = 0;
  int64_t row_bytes = 0;
  int64_t pitch = 0;

  int64_t device_bytes() const;
};

class Staging {
 public:
  // `progress` hears of the bytes that have been handed over, and returns false to stop, which throws.
  using Progress = std::function<bool(int64_t bytes)>;
  static bool Silent(int64_t) { return true; }

  // Copies in the order of `stream`, which outlives this.
  Staging(const Device& device, const Stream& stream, Progress progress = Silent);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // The host memory may change as soon as these return. Targets of successive calls that adjoin cross in one copy.
  void Copy(Address to, const HostRows& rows);
  void Copy(Address to, const void* from, int64_t bytes);
  void Flush();   // hands over all
  void Finish();  // and waits for it

 private:
  struct Buffer {
    PinnedMemory memory;
    Event sent;
    uint8_t* data() const { return static_cast<uint8_t*>(memory.get()); }
  };

  void Turn();

  const Stream& stream_;
  Progress progress_;
  Buffer buffers_[2];
  int current_ = 0;
  // Of the current buffer: what has been handed over, and what follows it and goes to `to_`.
  int64_t sent_ = 0;
  int64_t filled_ = 0;
  Address to_ = 0;
};

}  // namespace deltaport::cuda
