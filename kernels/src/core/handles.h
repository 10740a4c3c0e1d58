// Objects that a caller of the C API addresses by a number. A number is never used twice.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "core/error.h"

namespace deltaport {

template <class T>
class Handles {
 public:
  // `what` names the object in errors: "no WHAT has the handle 7".
  explicit Handles(const char* what) : what_(what) {}

  int64_t Register(std::shared_ptr<T> object) {
    std::lock_guard<std::mutex> lock(mutex_);
    int64_t handle = next_++;
    objects_.emplace(handle, std::move(object));
    return handle;
  }

  std::shared_ptr<T> Find(int64_t handle) {
    std::lock_guard<std::mutex> lock(mutex_);
    auto found = objects_.find(handle);
    Require(found != objects_.end(), "no ", what_, " has the handle ", handle);
    return found->second;
  }

  // The object goes outside the lock, and only after the run that still uses it.
  void Free(int64_t handle) {
    std::shared_ptr<T> last = Find(handle);
    std::lock_guard<std::mutex> lock(mutex_);
    Require(objects_.erase(handle) == 1, "no ", what_, " has the handle ", handle);
  }

 private:
  const char* what_;
  std::mutex mutex_;
  std::unordered_map<int64_t, std::shared_ptr<T>> objects_;
  int64_t next_ = 1;
};

}  // namespace deltaport
