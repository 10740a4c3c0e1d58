#include "core/region.h"

#include <sys/mman.h>

#include <utility>

#include "core/sizes.h"

namespace deltaport {
namespace {

constexpr int64_t kPage = 4096;
constexpr int64_t kHugePage = 2 << 20;

// A large region starts at a 2 MiB border and is a whole number of such pages; a small one would waste them.
int64_t Granule(int64_t bytes) { return bytes >= kHugePage ? kHugePage : kPage; }

int64_t RoundUp(int64_t bytes) { return Multiply(CeilDiv(bytes, Granule(bytes)), Granule(bytes)); }

uint8_t* Map(int64_t bytes) {
  void* data = mmap(nullptr, static_cast<size_t>(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Require(data != MAP_FAILED, "cannot allocate ", bytes, " bytes");
  return static_cast<uint8_t*>(data);
}

void Unmap(uint8_t* data, int64_t bytes) {
  if (bytes > 0) munmap(data, static_cast<size_t>(bytes));
}

// `bytes` is a multiple of its granule.
uint8_t* MapAligned(int64_t bytes) {
  int64_t granule = Granule(bytes);
  if (granule == kPage) return Map(bytes);
  int64_t all = Add(bytes, granule);
  uint8_t* start = Map(all);
  int64_t before = static_cast<int64_t>(-reinterpret_cast<uintptr_t>(start) % static_cast<uintptr_t>(granule));
  Unmap(start, before);
  Unmap(start + before + bytes, all - before - bytes);
  // Explicit huge pages would have to be reserved by an administrator; transparent ones need only this, and where
  // there are none the call fails and plain pages serve.
  madvise(start + before, static_cast<size_t>(bytes), MADV_HUGEPAGE);
  return start + before;
}

}  // namespace

Region::Region(int64_t bytes) {
  if (bytes == 0) return;
  int64_t rounded = RoundUp(bytes);
  data_ = MapAligned(rounded);
  mapped_ = rounded;
}

Region::Region(Region&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), mapped_(std::exchange(other.mapped_, 0)) {}

Region& Region::operator=(Region&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Region::~Region() { Unmap(data_, mapped_); }

void Region::Grow(int64_t bytes) {
  if (bytes <= mapped_) return;
  if (mapped_ == 0) {
    *this = Region(bytes);
    return;
  }
  int64_t rounded = RoundUp(bytes);
  uint8_t* to = MapAligned(rounded);
  void* moved =
      mremap(data_, static_cast<size_t>(mapped_), static_cast<size_t>(rounded), MREMAP_MAYMOVE | MREMAP_FIXED, to);
  if (moved == MAP_FAILED) {
    Unmap(to, rounded);
    Fail("cannot grow a region to ", bytes, " bytes");
  }
  data_ = to;
  mapped_ = rounded;
  if (Granule(rounded) == kHugePage) madvise(data_, static_cast<size_t>(mapped_), MADV_HUGEPAGE);
}

}  // namespace deltaport
