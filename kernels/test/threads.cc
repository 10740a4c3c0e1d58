#include "threads.h"

namespace deltaport::test {

Threads::Threads(int64_t n) {
  for (int64_t i = 1; i < n; i++) workers_.emplace_back([this] { Work(); });
}

Threads::~Threads() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Threads::Run(int64_t n, void (*task)(const void*, int64_t), const void* data) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    n_ = n;
    task_ = task;
    data_ = data;
    next_ = 0;
    working_ = static_cast<int64_t>(workers_.size());
    loop_++;
  }
  changed_.notify_all();
  Drain();
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return working_ == 0; });
}

void Threads::Drain() {
  for (int64_t i = next_++; i < n_; i = next_++) task_(data_, i);
}

void Threads::Work() {
  int64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopped_ || loop_ != seen; });
    if (stopped_) return;
    seen = loop_;
    lock.unlock();
    Drain();
    lock.lock();
    if (--working_ == 0) changed_.notify_all();
  }
}

}  // namespace deltaport::test
