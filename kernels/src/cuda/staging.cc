#include "cuda/staging.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kBytes = 16 << 20;

}  // namespace

Staging::Staging(const Device& device) : stream_(MakeStream(device)) {
  for (Buffer& buffer : buffers_) {
    buffer.memory = AllocatePinned(device, kBytes);
    buffer.sent = MakeEvent(device);
  }
}

// What is still under way reads the buffers.
Staging::~Staging() { (void)Driver::Get().StreamSynchronize(stream_.get()); }

void Staging::Copy(Address to, const uint8_t* from, int64_t bytes, const Progress& progress) {
  for (int64_t done = 0; done < bytes;) {
    int64_t part = std::min(bytes - done, kBytes - (filled_ == kBytes ? 0 : filled_));
    std::memcpy(Room(to + static_cast<Address>(done), part, progress), from + done, static_cast<size_t>(part));
    done += part;
  }
}

void Staging::CopyPadded(Address to, const uint8_t* from, int64_t bytes, int64_t pitch, const Progress& progress) {
  static const uint8_t kZeros[16] = {};
  Copy(to, from, bytes, progress);
  for (int64_t done = bytes; done < pitch;) {
    int64_t part = std::min(pitch - done, static_cast<int64_t>(sizeof kZeros));
    Copy(to + static_cast<Address>(done), kZeros, part, progress);
    done += part;
  }
}

void Staging::Finish(const Progress& progress) {
  Send(progress);
  Synchronize(stream_);
}

// Room for bytes that go to `to`; sends what is there where they do not fit behind it.
uint8_t* Staging::Room(Address to, int64_t bytes, const Progress& progress) {
  if (filled_ > 0 && (filled_ + bytes > kBytes || to != to_ + static_cast<Address>(filled_))) Send(progress);
  if (filled_ == 0) to_ = to;
  uint8_t* room = buffers_[current_].data() + filled_;
  filled_ += bytes;
  return room;
}

void Staging::Send(const Progress& progress) {
  if (filled_ == 0) return;
  const Driver& driver = Driver::Get();
  Buffer& buffer = buffers_[current_];
  Check(driver.MemcpyHtoDAsync(to_, buffer.data(), static_cast<size_t>(filled_), stream_.get()), "uploading weights");
  Check(driver.EventRecord(buffer.sent.get(), stream_.get()), "uploading weights");
  Require(progress(filled_), "CUDA: the upload of the weights was stopped");
  current_ = 1 - current_;
  filled_ = 0;
  // The other buffer must have crossed before it is filled again.
  Check(driver.EventSynchronize(buffers_[current_].sent.get()), "uploading weights");
}

}  // namespace deltaport::cuda
