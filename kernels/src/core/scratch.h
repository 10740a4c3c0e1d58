// Working memory of a kernel call that is kept for the next call on the same thread, so that a decode step allocates
// nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

namespace deltaport {

// Declare as `thread_local Scratch name;` inside the function that uses it.
class Scratch {
 public:
  // n uninitialised floats on a cache line, valid until the next call on this object.
  float* Floats(int64_t n) {
    if (n > size_) {
      floats_.reset();
      size_ = 0;
      floats_.reset(static_cast<float*>(::operator new(static_cast<size_t>(n) * sizeof(float), kLine)));
      size_ = n;
    }
    return floats_.get();
  }

 private:
  static constexpr std::align_val_t kLine{64};
  struct Delete {
    void operator()(float* floats) const { ::operator delete(floats, kLine); }
  };

  std::unique_ptr<float, Delete> floats_;
  int64_t size_ = 0;
};

}  // namespace deltaport
