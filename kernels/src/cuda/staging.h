// Host memory to a device through two pinned buffers: one is filled while the other crosses the bus.
#pragma once

#include <functional>

#include "cuda/memory.h"

namespace deltaport::cuda {

class Staging {
 public:
  explicit Staging(const Device& device);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // `progress` hears of the bytes that have been handed over, and returns false to stop, which throws. Targets of
  // successive calls that adjoin cross in one copy.
  using Progress = std::function<bool(int64_t bytes)>;
  void Copy(Address to, const uint8_t* from, int64_t bytes, const Progress& progress);
  // One row, padded with zeros to `pitch`.
  void CopyPadded(Address to, const uint8_t* from, int64_t bytes, int64_t pitch, const Progress& progress);
  void Finish(const Progress& progress);  // waits for all

 private:
  struct Buffer {
    PinnedMemory memory;
    Event sent;
    uint8_t* data() const { return static_cast<uint8_t*>(memory.get()); }
  };

  uint8_t* Room(Address to, int64_t bytes, const Progress& progress);
  void Send(const Progress& progress);

  Stream stream_;
  Buffer buffers_[2];
  int current_ = 0;
  Address to_ = 0;      // where the current buffer goes
  int64_t filled_ = 0;  // of the current buffer
};

}  // namespace deltaport::cuda
