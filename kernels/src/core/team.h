// Worker threads that wait for the next loop awake, because a decode step has hundreds of short ones.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "core/parallel.h"

namespace deltaport {

// A loop's tasks are taken one by one by whoever is free, the caller included. A worker without work spins briefly,
// then yields its CPU at every look, then sleeps. Several callers may share a team: while one runs a loop, another runs
// its own alone; they do not share its workspace, so only one at a time may run kernels. Where threads cannot be
// started it has fewer.
class Team : public Parallel {
 public:
  explicit Team(int64_t threads);  // the caller is one of them
  ~Team() override;
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int64_t threads() const override { return static_cast<int64_t>(workers_.size()) + 1; }
  Workspace& workspace() override { return workspace_; }

 protected:
  void Run(int64_t n, void (*task)(const void* data, int64_t i), const void* data) override;

 private:
  struct Loop {
    void (*task)(const void* data, int64_t i);
    const void* data;
  };

  void Work();
  bool TakeOne();
  void Wait();

  // The current loop: its number of tasks in the high half, the next to be taken in the low half. Whoever takes a task
  // below that number may read loop_, since the loop cannot end before it is done.
  std::atomic<uint64_t> tickets_{0};
  std::atomic<int64_t> undone_{0};
  Loop loop_{};
  std::atomic<bool> busy_{false};  // some caller's loop is running

  std::atomic<bool> stopped_{false};
  std::atomic<int64_t> sleeping_{0};
  std::mutex mutex_;
  std::condition_variable woken_;
  Workspace workspace_;
  std::vector<std::thread> workers_;
};

}  // namespace deltaport
