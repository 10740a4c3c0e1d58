// Working memory of runs. A run borrows one workspace and gives it back, so that there are as many as runs at once, not
// as threads that ever ran; the sessions of a process share them and the last one takes them along.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "core/region.h"

namespace deltaport {

// A stack of floats that keeps its memory, in 2 MiB pages where there is much. Used by one thread at a time.
class Workspace {
 public:
  // What is taken within a scope is given back at its end. Scopes end in the reverse order of their beginning.
  class Scope {
   public:
    explicit Scope(Workspace& workspace);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    // n uninitialised floats on a cache line.
    float* Floats(int64_t n) { return workspace_.Take(n); }

   private:
    Workspace& workspace_;
    size_t block_;
    int64_t used_;
  };

 private:
  struct Block {
    Region region;
    int64_t floats;
  };

  float* Take(int64_t n);

  std::vector<Block> blocks_;
  size_t block_ = 0;  // the one in use
  int64_t used_ = 0;  // floats of it
};

class Workspaces {
 public:
  // Those of all sessions that are open.
  static std::shared_ptr<Workspaces> Shared();

  std::unique_ptr<Workspace> Borrow();
  void Return(std::unique_ptr<Workspace> workspace) noexcept;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> free_;  // the last one returned is in the caches
  size_t made_ = 0;
};

// Working memory for the tasks of a loop, one stretch for each that runs at the same time.
class TaskMemory {
 public:
  // `stretches` of `floats` floats; a task that finds all of them taken waits for one.
  TaskMemory(Workspace::Scope& scope, int64_t stretches, int64_t floats);

  class Taken {
   public:
    explicit Taken(const TaskMemory& memory);
    ~Taken();
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    float* floats() const { return floats_; }

   private:
    float* floats_;
  };

 private:
  int64_t stretches_;
  int64_t pitch_;  // floats from one to the next
  float* first_;   // each begins with a cache line whose first word says whether it is taken
};

}  // namespace deltaport
