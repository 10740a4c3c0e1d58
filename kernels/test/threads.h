// A small thread pool for tests.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "core/parallel.h"

namespace deltaport::test {

class Threads : public Parallel {
 public:
  explicit Threads(int64_t n);
  ~Threads() override;
  int64_t threads() const override { return static_cast<int64_t>(workers_.size()) + 1; }
  Workspace& workspace() override { return workspace_; }

 protected:
  void Run(int64_t n, void (*task)(const void*, int64_t), const void* data) override;

 private:
  void Work();
  void Drain();

  Workspace workspace_;
  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t loop_ = 0;     // number of the current loop
  int64_t working_ = 0;  // workers that have not finished it
  bool stopped_ = false;
  std::atomic<int64_t> next_{0};
  int64_t n_ = 0;
  void (*task_)(const void*, int64_t) = nullptr;
  const void* data_ = nullptr;
};

}  // namespace deltaport::test
