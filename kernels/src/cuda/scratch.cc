#include "cuda/scratch.h"

#include <algorithm>

#include "core/sizes.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kAlignment = 256;
constexpr int64_t kSmallest = 1 << 20;

}  // namespace

void ScratchArena::Reset() {
  slab_ = 0;
  taken_ = 0;
}

void* ScratchArena::Take(int64_t bytes) {
  int64_t size = Multiply(CeilDiv(bytes, kAlignment), kAlignment);
  while (slab_ < slabs_.size() && taken_ + size > slabs_[slab_].bytes) {
    slab_++;
    taken_ = 0;
  }
  if (slab_ == slabs_.size()) {
    int64_t room = std::max({size, kSmallest, slabs_.empty() ? 0 : 2 * slabs_.back().bytes});
    slabs_.push_back({Allocate(device_, room), room});
  }
  uint8_t* data = Pointer(slabs_[slab_].memory.get()) + taken_;
  taken_ += size;
  return data;
}

}  // namespace deltaport::cuda
