// Where a kernel's loops run: on the session's threads inside ONNX Runtime, on a small pool of our own in tests.
#pragma once

#include <cstdint>
#include <functional>

#include "core/workspace.h"

namespace deltaport {

class Parallel {
 public:
  virtual ~Parallel() = default;

  // Runs task(0) .. task(n - 1), each once, in any order and on any thread, and returns when all are done.
  // Tasks do not throw. What a task computes must not depend on the number of threads.
  template <class Task>
  void For(int64_t n, const Task& task) {
    if (n == 1) {
      task(int64_t{0});
    } else if (n > 1) {
      Run(n, [](const void* data, int64_t i) { (*static_cast<const Task*>(data))(i); }, &task);
    }
  }

  // Runs task(begin, end) over [0, n) cut into blocks of at most `block`.
  template <class Task>
  void ForBlocks(int64_t n, int64_t block, const Task& task) {
    For((n + block - 1) / block, [&](int64_t i) { task(i * block, (i + 1) * block < n ? (i + 1) * block : n); });
  }

  // The same with working memory of the task's own: task(i, floats [n]). All of it is there before the first task runs,
  // since a task cannot fail.
  template <class Task>
  void ForWith(int64_t floats, int64_t n, const Task& task) {
    if (n <= 0) return;
    Workspace::Scope scope(workspace());
    TaskMemory memory(scope, n < threads() ? n : threads(), floats);
    For(n, [&](int64_t i) {
      TaskMemory::Taken taken(memory);
      task(i, taken.floats());
    });
  }

  // Runs task(begin, end, floats) over blocks likewise.
  template <class Task>
  void ForBlocksWith(int64_t floats, int64_t n, int64_t block, const Task& task) {
    ForWith(floats, (n + block - 1) / block,
            [&](int64_t i, float* own) { task(i * block, (i + 1) * block < n ? (i + 1) * block : n, own); });
  }

  // That of the run, for the thread that runs it.
  virtual Workspace& workspace() = 0;

  // How many tasks can run at once, as far as known: a hint for cutting work, never for its result.
  virtual int64_t threads() const = 0;

 protected:
  virtual void Run(int64_t n, void (*task)(const void* data, int64_t i), const void* data) = 0;
};

}  // namespace deltaport
