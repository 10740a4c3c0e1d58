// Zeroed memory straight from the kernel, in 2 MiB pages where it is large enough and the machine gives them.
#pragma once

#include <cstdint>

namespace deltaport {

class Region {
 public:
  Region() = default;
  explicit Region(int64_t bytes);
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  ~Region();

  // Keeps the contents; what is new is zero. The data may move. On an error nothing has changed.
  void Grow(int64_t bytes);

  uint8_t* data() const { return data_; }

 private:
  uint8_t* data_ = nullptr;
  int64_t mapped_ = 0;  // bytes, whole pages
};

}  // namespace deltaport
