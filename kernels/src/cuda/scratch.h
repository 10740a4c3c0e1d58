// Working memory of the launches of one stream: each op takes it from the beginning.
#pragma once

#include <vector>

#include "cuda/memory.h"

namespace deltaport::cuda {

class ScratchArena {
 public:
  explicit ScratchArena(const Device& device) : device_(device) {}

  // A new op begins. What the ops before it had is free for it, since launches of a stream run one after the other.
  void Reset();

  // On 256 bytes. Where there is too little, more is allocated; steps of a size that was there before allocate nothing.
  void* Take(int64_t bytes);

 private:
  struct Slab {
    DeviceMemory memory;
    int64_t bytes;
  };

  const Device& device_;
  std::vector<Slab> slabs_;
  size_t slab_ = 0;    // that is taken from
  int64_t taken_ = 0;  // of it
};

}  // namespace deltaport::cuda
