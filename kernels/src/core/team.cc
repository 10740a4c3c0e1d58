#include "core/team.h"

#include <chrono>

#include "core/start_threads.h"

namespace deltaport {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::microseconds kSpin{50};  // longer than the serial work between two loops of a step
constexpr std::chrono::milliseconds kYield{5};  // longer than what lies between two steps
constexpr int64_t kLooksBetweenClocks = 64;
constexpr int64_t kMostTasks = int64_t{1} << 31;  // of one loop

void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

bool HasTask(uint64_t tickets) { return (tickets & 0xffffffffu) < tickets >> 32; }

}  // namespace

Team::Team(int64_t threads) {
  workers_ = StartThreads(threads - 1, [this] { Work(); });
}

Team::~Team() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  woken_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Team::Run(int64_t n, void (*task)(const void* data, int64_t i), const void* data) {
  if (workers_.empty() || n >= kMostTasks || busy_.exchange(true)) {
    for (int64_t i = 0; i < n; i++) task(data, i);
    return;
  }
  loop_ = {task, data};
  undone_.store(n, std::memory_order_relaxed);
  tickets_.store(static_cast<uint64_t>(n) << 32);
  if (sleeping_.load() > 0) {
    std::lock_guard<std::mutex> lock(mutex_);
    woken_.notify_all();
  }
  while (TakeOne()) {
  }
  for (int64_t look = 1; undone_.load(std::memory_order_acquire) > 0; look++) {
    if (look % 1024 == 0) std::this_thread::yield();
    Pause();
  }
  busy_.store(false, std::memory_order_release);
}

bool Team::TakeOne() {
  // Look before taking, so that the tickets of a finished loop stay bounded.
  if (!HasTask(tickets_.load(std::memory_order_relaxed))) return false;
  uint64_t ticket = tickets_.fetch_add(1, std::memory_order_acq_rel);
  if (!HasTask(ticket)) return false;
  loop_.task(loop_.data, static_cast<int64_t>(ticket & 0xffffffffu));
  undone_.fetch_sub(1, std::memory_order_release);
  return true;
}

void Team::Work() {
  while (!stopped_) {
    while (TakeOne()) {
    }
    Wait();
  }
}

// Until there is a task or the team ends.
void Team::Wait() {
  Clock::time_point start = Clock::now();
  bool spin = true;
  for (int64_t look = 1;; look++) {
    if (HasTask(tickets_.load(std::memory_order_relaxed)) || stopped_.load(std::memory_order_relaxed)) return;
    if (spin) {
      Pause();
      if (look % kLooksBetweenClocks == 0) spin = Clock::now() - start < kSpin;
    } else {
      std::this_thread::yield();
      if (Clock::now() - start > kYield) break;
    }
  }
  std::unique_lock<std::mutex> lock(mutex_);
  sleeping_++;
  woken_.wait(lock, [this] { return stopped_ || HasTask(tickets_.load()); });
  sleeping_--;
}

}  // namespace deltaport
