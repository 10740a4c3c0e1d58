// Weights on a device: wanted by the ops of a session, brought there once, shared by all sessions that want the same
// bytes of the same file.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "cuda/staging.h"
#include "matmul/mapped_files.h"

namespace deltaport::cuda {

// Rows that an op wants on the device; they stay as long as somebody holds this.
class Upload {
 public:
  explicit Upload(const HostRows& source) : source_(source) {}

  const HostRows& source() const { return source_; }

  // Where they are; throws before they have been brought there.
  template <class T>
  const T* device() const {
    return static_cast<const T*>(DeviceData());
  }

 private:
  friend class Uploads;
  const void* DeviceData() const;

  HostRows source_;
  std::function<void()> fill_;          // makes the source's contents, once all addresses are known
  std::shared_ptr<DeviceMemory> slab_;  // null until it is being brought; again where that failed
  std::thread::id brings_;              // the thread that is bringing it
  Address address_ = 0;
};

class Uploads {
 public:
  explicit Uploads(const Device& device);

  // Rows of a mapped file, or of memory that the caller keeps. `files` says what is mapped now.
  std::shared_ptr<const Upload> Want(const HostRows& rows, const MappedFiles& files);
  // Memory that the caller keeps; `fill`, where there is one, makes its contents once all addresses are known.
  std::shared_ptr<const Upload> WantMemory(const HostRows& rows, std::function<void()> fill);

  // Bytes of what is wanted and not there yet.
  int64_t MissingBytes() const;

  // Brings what is missing, reading one part while another crosses the bus; `progress` hears of the bytes of each part
  // and returns false to stop; no lock is held then. Where it throws nothing of this is left on the device.
  void Run(const Staging::Progress& progress);

 private:
  using List = std::vector<std::shared_ptr<Upload>>;

  List Missing() const;
  void Place(const List& uploads);
  void Copy(const List& missing, const Staging::Progress& progress);

  const Device& device_;
  std::vector<std::weak_ptr<Upload>> wanted_;
};

}  // namespace deltaport::cuda
