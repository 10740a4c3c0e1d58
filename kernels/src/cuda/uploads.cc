#include "cuda/uploads.h"

#include <algorithm>
#include <condition_variable>
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

// Guards Shared() and what all uploads know of themselves.
std::mutex& Guard() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

// Tells those who wait that others' uploads have ended.
std::condition_variable& Ended() {
  static auto* ended = new std::condition_variable;
  return *ended;
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

Uploads::List Uploads::Missing() const {
  List missing;
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

// What others are bringing is waited for at the end: its addresses are known as soon as it is being brought.
void Uploads::Run(const Staging::Progress& progress) {
  std::unique_lock<std::mutex> lock(Guard());
  List others;
  for (const std::weak_ptr<Upload>& wanted : wanted_) {
    std::shared_ptr<Upload> upload = wanted.lock();
    if (upload != nullptr && upload->brings_ != std::thread::id()) others.push_back(upload);
  }
  for (const auto& upload : others) {
    Require(upload->brings_ != std::this_thread::get_id(),
            "CUDA: weights are wanted that this thread is bringing: whoever listens to an upload cannot wait for it");
  }
  List missing = Missing();
  auto end = [&] {
    for (const auto& upload : missing) upload->brings_ = std::thread::id();
    Ended().notify_all();
  };
  try {
    Place(missing);
    for (const auto& upload : missing) upload->brings_ = std::this_thread::get_id();
    lock.unlock();
    if (!missing.empty()) Copy(missing, progress);
    lock.lock();
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    for (const auto& upload : missing) upload->slab_ = nullptr;
    end();
    throw;
  }
  end();
  for (const auto& upload : others) {
    Ended().wait(lock, [&] { return upload->brings_ == std::thread::id(); });
    Require(upload->slab_ != nullptr, "CUDA: weights that another model shares could not be brought for it");
  }
}

// Gives uploads their addresses, and makes what consists of such.
void Uploads::Place(const List& uploads) {
  if (uploads.empty()) return;
  auto slab = std::make_shared<DeviceMemory>(Allocate(device_, RoomOf(uploads)));
  Address next = slab->get();
  for (const auto& upload : uploads) {
    upload->address_ = next;
    next += static_cast<Address>(RoomOf(*upload));
  }
  // An op's late table holds the addresses of its other uploads, which must be readable while it is made.
  for (const auto& upload : uploads) upload->slab_ = slab;
  for (const auto& upload : uploads) {
    if (upload->fill_ != nullptr) upload->fill_();
  }
}

void Uploads::Copy(const List& missing, const Staging::Progress& progress) {
  Stream stream = MakeStream(device_);
  Staging staging(device_, stream, progress);
  for (const auto& upload : missing) staging.Copy(upload->address_, upload->source_);
  staging.Finish();
}

}  // namespace deltaport::cuda
