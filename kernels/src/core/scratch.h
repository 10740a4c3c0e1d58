// Working memory of a kernel call that is kept for the next call on the same thread, so that a decode step allocates
// nothing.
#pragma once

#include <cstdint>
#include <memory>

namespace deltaport {

// Declare as `thread_local Scratch name;` inside the function that uses it.
class Scratch {
 public:
  // n uninitialised floats, valid until the next call on this object.
  float* Floats(int64_t n) {
    if (n > size_) {
      floats_.reset();
      size_ = 0;
      floats_ = std::unique_ptr<float[]>(new float[static_cast<size_t>(n)]);
      size_ = n;
    }
    return floats_.get();
  }

 private:
  std::unique_ptr<float[]> floats_;
  int64_t size_ = 0;
};

}  // namespace deltaport
