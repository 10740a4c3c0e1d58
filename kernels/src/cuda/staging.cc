#include "cuda/staging.h"

#include <algorithm>
#include <cstring>

#include "core/sizes.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kBytes = 16 << 20;

}  // namespace

int64_t HostRows::device_bytes() const { return Multiply(rows, pitch); }

Staging::Staging(const Device& device, const Stream& stream, Progress progress)
    : stream_(stream), progress_(std::move(progress)) {
  for (Buffer& buffer : buffers_) {
    buffer.memory = AllocatePinned(device, kBytes);
    buffer.sent = MakeEvent(device);
  }
}

// What is still under way reads the buffers.
Staging::~Staging() { (void)Driver::Get().StreamSynchronize(stream_.get()); }

void Staging::Copy(Address to, const HostRows& rows) {
  static const uint8_t kZeros[16] = {};
  auto from = static_cast<const uint8_t*>(rows.data);
  if (rows.pitch == rows.row_bytes) return Copy(to, from, rows.device_bytes());
  for (int64_t row = 0; row < rows.rows; row++) {
    Copy(to, from, rows.row_bytes);
    from += rows.row_bytes;
    Address end = to + static_cast<Address>(rows.pitch);
    for (to += static_cast<Address>(rows.row_bytes); to < end;) {
      auto part = std::min<int64_t>(static_cast<int64_t>(end - to), sizeof kZeros);
      Copy(to, kZeros, part);
      to += static_cast<Address>(part);
    }
  }
}

void Staging::Copy(Address to, const void* from, int64_t bytes) {
  if (to != to_ + static_cast<Address>(filled_ - sent_)) Flush();
  for (int64_t done = 0; done < bytes;) {
    if (filled_ == kBytes) Turn();
    if (filled_ == sent_) to_ = to + static_cast<Address>(done);
    int64_t part = std::min(bytes - done, kBytes - filled_);
    std::memcpy(buffers_[current_].data() + filled_, static_cast<const uint8_t*>(from) + done,
                static_cast<size_t>(part));
    filled_ += part;
    done += part;
  }
}

void Staging::Flush() {
  int64_t bytes = filled_ - sent_;
  if (bytes == 0) return;
  uint8_t* from = buffers_[current_].data() + sent_;
  sent_ = filled_;
  Check(Driver::Get().MemcpyHtoDAsync(to_, from, static_cast<size_t>(bytes), stream_.get()), "uploading weights");
  Require(progress_(bytes), "CUDA: the upload of the weights was stopped");
}

void Staging::Finish() {
  Flush();
  Synchronize(stream_);
}

// Goes on with the other buffer, once it has crossed.
void Staging::Turn() {
  Flush();
  Check(Driver::Get().EventRecord(buffers_[current_].sent.get(), stream_.get()), "uploading weights");
  current_ = 1 - current_;
  sent_ = filled_ = 0;
  Check(Driver::Get().EventSynchronize(buffers_[current_].sent.get()), "uploading weights");
}

}  // namespace deltaport::cuda
