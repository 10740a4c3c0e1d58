#include "cuda/device_store.h"

#include "cuda/captured_graph.h"
#include "cuda/memory.h"

namespace deltaport::cuda {
namespace {

class DeviceStore : public Store {
 public:
  DeviceStore(const Device& device, const Stream& stream, int64_t bytes) : device_(device), stream_(stream) {
    Grow(bytes);
  }

  uint8_t* data() const override { return Pointer(memory_.get()); }

  void Grow(int64_t bytes) override {
    if (bytes <= bytes_) return;
    DeviceMemory larger = Allocate(device_, bytes);
    auto kept = static_cast<size_t>(bytes_);
    if (kept > 0) {
      Check(Driver::Get().MemcpyDtoDAsync(larger.get(), memory_.get(), kept, stream_.get()), "copying the state");
    }
    Check(Driver::Get().MemsetD8Async(larger.get() + kept, 0, static_cast<size_t>(bytes) - kept, stream_.get()),
          "zeroing the state");
    Synchronize(stream_);
    memory_ = std::move(larger);
    MemoryMoved();
    bytes_ = bytes;
  }

 private:
  const Device& device_;
  const Stream& stream_;
  DeviceMemory memory_;
  int64_t bytes_ = 0;
};

// Work on the pool's own stream. A run has ended, and its stream has been waited for, before anything is asked for
// here.
class Gpu : public StorePlace {
 public:
  explicit Gpu(int32_t ordinal) : ordinal_(ordinal), device_(Device::Get(ordinal)), stream_(MakeStream(device_)) {}

  int32_t device() const override { return ordinal_; }

  std::unique_ptr<Store> Make(int64_t bytes) override { return std::make_unique<DeviceStore>(device_, stream_, bytes); }

  void Copy(uint8_t* to, const uint8_t* from, int64_t bytes) override {
    device_.Activate();
    Check(Driver::Get().MemcpyDtoDAsync(AddressOf(to), AddressOf(from), static_cast<size_t>(bytes), stream_.get()),
          "copying state");
  }

  void Read(void* to, const uint8_t* from, int64_t bytes) override {
    if (bytes == 0) return;
    device_.Activate();
    Check(Driver::Get().MemcpyDtoHAsync(to, AddressOf(from), static_cast<size_t>(bytes), stream_.get()),
          "reading state");
  }

  void Write(uint8_t* to, const void* from, int64_t bytes) override {
    if (bytes == 0) return;
    device_.Activate();
    Check(Driver::Get().MemcpyHtoDAsync(AddressOf(to), from, static_cast<size_t>(bytes), stream_.get()),
          "writing state");
  }

  void Finish() override {
    device_.Activate();
    Synchronize(stream_);
  }

 private:
  int32_t ordinal_;
  const Device& device_;
  Stream stream_;
};

}  // namespace

std::unique_ptr<StorePlace> DevicePlace(int32_t ordinal) { return std::make_unique<Gpu>(ordinal); }

}  // namespace deltaport::cuda
