#include <cstring>

#include "deltaport.h"
#include "pool/store.h"

namespace deltaport {
namespace {

class HostStore : public Store {
 public:
  explicit HostStore(int64_t bytes) : region_(bytes) {}
  uint8_t* data() const override { return region_.data(); }
  void Grow(int64_t bytes) override { region_.Grow(bytes); }

 private:
  Region region_;
};

class Host : public StorePlace {
 public:
  int32_t device() const override { return DP_CPU; }
  std::unique_ptr<Store> Make(int64_t bytes) override { return std::make_unique<HostStore>(bytes); }
  void Copy(uint8_t* to, const uint8_t* from, int64_t bytes) override { Move(to, from, bytes); }
  void Read(void* to, const uint8_t* from, int64_t bytes) override { Move(to, from, bytes); }
  void Write(uint8_t* to, const void* from, int64_t bytes) override { Move(to, from, bytes); }
  void Finish() override {}

 private:
  static void Move(void* to, const void* from, int64_t bytes) {
    if (bytes > 0) std::memmove(to, from, static_cast<size_t>(bytes));
  }
};

}  // namespace

std::unique_ptr<StorePlace> HostPlace() { return std::make_unique<Host>(); }

}  // namespace deltaport
