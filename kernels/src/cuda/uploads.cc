#include "cuda/uploads.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <tuple>

#include "core/sizes.h"

namespace deltaport::cuda {
namespace {

// What makes two sessions' rows the same: device, file, place, layout.
using Key = std::tuple<const Device*, FilePlace, int64_t, int64_t, int64_t>;

std::map<Key, std::weak_ptr<Upload>>& Shared() {
  static auto* shared = new std::map<Key, std::weak_ptr<Upload>>;
  return *shared;
}

// Guards Shared() and every upload in progress: one at a time.
std::mutex& Guard() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

int64_t RoomOf(const Upload& upload) { return Aligned(upload.source().device_bytes()); }

int64_t RoomOf(const std::vector<std::shared_ptr<Upload>>& uploads) {
  int64_t bytes = 0;
  for (const auto& upload : uploads) bytes = Add(bytes, RoomOf(*upload));
  return bytes;
}

}  // namespace

const void* Upload::DeviceData() const {
  Require(slab_ != nullptr, "CUDA: weights are wanted that have not been uploaded");
  return Pointer(address_);
}

Uploads::Uploads(const Device& device) : device_(device) {}

std::shared_ptr<const Upload> Uploads::Want(const HostRows& rows, const MappedFiles& files) {
  std::lock_guard<std::mutex> lock(Guard());
  std::optional<FilePlace> place = files.Find(rows.data, Multiply(rows.rows, rows.row_bytes));
  std::shared_ptr<Upload> upload;
  if (place) {
    std::weak_ptr<Upload>& shared = Shared()[{&device_, *place, rows.rows, rows.row_bytes, rows.pitch}];
    upload = shared.lock();
    if (upload == nullptr) shared = upload = std::make_shared<Upload>(rows);
  } else {
    upload = std::make_shared<Upload>(rows);
  }
  wanted_.push_back(upload);
  return upload;
}

std::shared_ptr<const Upload> Uploads::WantMemory(const HostRows& rows, std::function<void()> fill) {
  std::lock_guard<std::mutex> lock(Guard());
  auto upload = std::make_shared<Upload>(rows);
  upload->fill_ = std::move(fill);
  wanted_.push_back(upload);
  return upload;
}

std::vector<std::shared_ptr<Upload>> Uploads::Missing() const {
  std::vector<std::shared_ptr<Upload>> missing;
  for (const std::weak_ptr<Upload>& wanted : wanted_) {
    std::shared_ptr<Upload> upload = wanted.lock();
    if (upload != nullptr && upload->slab_ == nullptr) missing.push_back(upload);
  }
  // In the order of the files, each once.
  std::sort(missing.begin(), missing.end(), [](const auto& a, const auto& b) {
    return std::make_pair(a->source_.data, a.get()) < std::make_pair(b->source_.data, b.get());
  });
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  return missing;
}

int64_t Uploads::MissingBytes() const {
  std::lock_guard<std::mutex> lock(Guard());
  return RoomOf(Missing());
}

void Uploads::Run(const Staging::Progress& progress) {
  std::lock_guard<std::mutex> lock(Guard());
  std::vector<std::shared_ptr<Upload>> missing = Missing();
  int64_t bytes = RoomOf(missing);
  if (bytes == 0) return;
  auto slab = std::make_shared<DeviceMemory>(Allocate(device_, bytes));
  Address next = slab->get();
  for (const auto& upload : missing) {
    upload->address_ = next;
    next += static_cast<Address>(RoomOf(*upload));
  }
  // An op's late table holds the addresses of its other uploads, which must be readable while it is made.
  for (const auto& upload : missing) upload->slab_ = slab;
  try {
    for (const auto& upload : missing) {
      if (upload->fill_ != nullptr) upload->fill_();
    }
    Copy(missing, progress);
  } catch (...) {
    for (const auto& upload : missing) upload->slab_ = nullptr;
    throw;
  }
}

void Uploads::Copy(const std::vector<std::shared_ptr<Upload>>& missing, const Staging::Progress& progress) {
  Stream stream = MakeStream(device_);
  Staging staging(device_, stream, progress);
  for (const auto& upload : missing) staging.Copy(upload->address_, upload->source_);
  staging.Finish();
}

}  // namespace deltaport::cuda
