#include "core/workspace.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>

#include "core/sizes.h"

namespace deltaport {
namespace {

constexpr int64_t kLine = 16;               // floats
constexpr int64_t kFirstFloats = 64 << 10;  // of the first block

using Flag = std::atomic<uint32_t>;
static_assert(sizeof(Flag) <= kLine * sizeof(float));

Flag& FlagOf(float* stretch) { return *std::launder(reinterpret_cast<Flag*>(stretch)); }

// Threads begin their search at different stretches.
int64_t ThreadNumber() {
  static std::atomic<int64_t> threads{0};
  thread_local const int64_t number = threads++;
  return number;
}

}  // namespace

Workspace::Scope::Scope(Workspace& workspace)
    : workspace_(workspace), block_(workspace.block_), used_(workspace.used_) {}

Workspace::Scope::~Scope() {
  workspace_.block_ = block_;
  workspace_.used_ = used_;
}

float* Workspace::Take(int64_t n) {
  int64_t floats = Multiply(CeilDiv(n, kLine), kLine);
  // What was pieced together in an earlier run is one block from now on.
  if (used_ == 0 && block_ == 0 && blocks_.size() > 1) {
    int64_t all = 0;
    for (const Block& block : blocks_) all += block.floats;
    blocks_.clear();
    blocks_.push_back({Region(4 * all), all});
  }
  while (block_ < blocks_.size() && floats > blocks_[block_].floats - used_) {
    block_++;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    int64_t size = std::max(floats, kFirstFloats);
    blocks_.push_back({Region(Multiply(size, 4)), size});
  }
  float* taken = reinterpret_cast<float*>(blocks_[block_].region.data()) + used_;
  used_ += floats;
  return taken;
}

std::shared_ptr<Workspaces> Workspaces::Shared() {
  static auto* mutex = new std::mutex;  // sessions may outlive static destruction
  static auto* shared = new std::weak_ptr<Workspaces>;
  std::lock_guard<std::mutex> lock(*mutex);
  std::shared_ptr<Workspaces> found = shared->lock();
  if (found == nullptr) *shared = found = std::make_shared<Workspaces>();
  return found;
}

std::unique_ptr<Workspace> Workspaces::Borrow() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (free_.empty()) {
    free_.reserve(made_ + 1);  // so that Return allocates nothing
    auto made = std::make_unique<Workspace>();
    made_++;
    return made;
  }
  std::unique_ptr<Workspace> last = std::move(free_.back());
  free_.pop_back();
  return last;
}

void Workspaces::Return(std::unique_ptr<Workspace> workspace) noexcept {
  std::lock_guard<std::mutex> lock(mutex_);
  free_.push_back(std::move(workspace));
}

TaskMemory::TaskMemory(Workspace::Scope& scope, int64_t stretches, int64_t floats)
    : stretches_(stretches), pitch_(Add(Multiply(CeilDiv(floats, kLine), kLine), kLine)) {
  first_ = scope.Floats(Multiply(stretches_, pitch_));
  for (int64_t i = 0; i < stretches_; i++) new (first_ + i * pitch_) Flag(0);
}

TaskMemory::Taken::Taken(const TaskMemory& memory) {
  for (int64_t i = ThreadNumber() % memory.stretches_, looks = 1;; i = (i + 1) % memory.stretches_, looks++) {
    float* stretch = memory.first_ + i * memory.pitch_;
    if (FlagOf(stretch).exchange(1, std::memory_order_acquire) == 0) {
      floats_ = stretch + kLine;
      return;
    }
    if (looks % memory.stretches_ == 0) std::this_thread::yield();
  }
}

TaskMemory::Taken::~Taken() { FlagOf(floats_ - kLine).store(0, std::memory_order_release); }

}  // namespace deltaport
