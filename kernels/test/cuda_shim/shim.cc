#include "cuda_shim/shim.h"

#include <sys/mman.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define UNSEEN __attribute__((no_sanitize_thread, noinline))
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
extern "C" void AnnotateIgnoreWritesBegin(const char* file, int line);
extern "C" void AnnotateIgnoreWritesEnd(const char* file, int line);
#else
#define UNSEEN
#endif

// Saves the callee's registers on the stack, stores the stack pointer in *from and continues where `to` was stored.
asm(R"(.text
.type deltaport_shim_switch, @function
deltaport_shim_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size deltaport_shim_switch, .-deltaport_shim_switch
)");
extern "C" void deltaport_shim_switch(void** from, void* to);

namespace deltaport::shim {
namespace {

constexpr size_t kStack = 256 << 10;
constexpr size_t kGuard = 4096;

struct Barrier {
  int expected = 0;
  int arrived = 0;
  int64_t generation = 0;
  // What ThreadSanitizer orders threads by: of this and the next generation, which one thread may reach before another
  // has left this one.
  char passed[2] = {};
};

struct Warp {
  Barrier barrier;
  Given given[2];  // in turn, so that a lane may give again while others still read
};

struct Held {
  std::vector<float> numbers;
  int holders = 0;
};

struct Fiber {
  char* stack = nullptr;
  void* pointer = nullptr;  // where it stands
  Dim thread;
  int index = 0;
  bool done = false;
  Barrier* waits = nullptr;
  int64_t generation = 0;  // of `waits` when it came
  const char* at = "";
  unsigned exchanges = 0;
  std::deque<std::vector<std::function<void()>>> groups[2];  // of each kind of later work; the last one is open
  std::map<float*, Held> held;
  void* sanitizer = nullptr;
};

struct Array {
  std::unique_ptr<unsigned char[]> data;
  int64_t block = -1;  // that poisoned it last
};

constexpr std::align_val_t kSharedAlignment{1024};

struct FreeShared {
  void operator()(unsigned char* memory) const { ::operator delete(memory, kSharedAlignment); }
};

// What one OS thread runs.
struct Machine {
  std::vector<Fiber> fibers;
  std::vector<Warp> warps;
  std::vector<int> order;
  std::map<std::pair<const void*, size_t>, Array> arrays;
  std::unique_ptr<unsigned char, FreeShared> shared;
  Barrier barrier;
  Dim block;
  Dim block_size;
  int threads = 0;
  int64_t blocks = 0;  // run so far
  Fiber* current = nullptr;
  void* main = nullptr;
  const std::function<void()>* kernel = nullptr;
#if defined(__SANITIZE_ADDRESS__)
  const void* main_stack = nullptr;
  size_t main_size = 0;
#endif
  void* main_sanitizer = nullptr;
};

thread_local Machine machine;

// What the shim does for a thread of a block while this lives is no access of that thread, allocations included.
struct Ignored {
#if defined(__SANITIZE_THREAD__)
  Ignored() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Ignored() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
#else
  ~Ignored() {}
#endif
};

UNSEEN void ToMain(bool for_ever) {
  Fiber* self = machine.current;
#if defined(__SANITIZE_ADDRESS__)
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(for_ever ? nullptr : &fake, machine.main_stack, machine.main_size);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(machine.main_sanitizer, __tsan_switch_to_fiber_no_sync);
#endif
  deltaport_shim_switch(&self->pointer, machine.main);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake, &machine.main_stack, &machine.main_size);
#else
  (void)for_ever;
#endif
}

UNSEEN void ToFiber(Fiber& fiber) {
  machine.current = &fiber;
#if defined(__SANITIZE_ADDRESS__)
  void* fake = nullptr;
  __sanitizer_start_switch_fiber(&fake, fiber.stack, kStack);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(fiber.sanitizer, __tsan_switch_to_fiber_no_sync);
#endif
  deltaport_shim_switch(&machine.main, fiber.pointer);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
}

UNSEEN void Wait(Barrier& barrier, const char* at) {
#if defined(__SANITIZE_THREAD__)
  char* passed = &barrier.passed[barrier.generation % 2];
  __tsan_release(passed);
#endif
  if (++barrier.arrived == barrier.expected) {
    barrier.arrived = 0;
    barrier.generation++;
  } else {
    machine.current->waits = &barrier;
    machine.current->generation = barrier.generation;
    machine.current->at = at;
    ToMain(false);
  }
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(passed);
#endif
}

UNSEEN void Enter() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &machine.main_stack, &machine.main_size);
#endif
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(&machine);
#endif
  (*machine.kernel)();
#if defined(__SANITIZE_THREAD__)
  __tsan_release(&machine.order);
#endif
  machine.current->done = true;
  ToMain(true);
}

void Prepare(Fiber& fiber, int index) {
  if (fiber.stack == nullptr) {
    void* stack = mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED) throw std::bad_alloc();
    mprotect(stack, kGuard, PROT_NONE);
    fiber.stack = static_cast<char*>(stack);
#if defined(__SANITIZE_THREAD__)
    fiber.sanitizer = __tsan_create_fiber(0);
#endif
  }
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(fiber.stack + kStack - kGuard, kGuard);  // frames of the last block that never returned
#endif
  void** top = reinterpret_cast<void**>(fiber.stack + kStack - 64);
  *--top = nullptr;  // Enter does not return; keeps the stack on 16 bytes as a call would
  *--top = reinterpret_cast<void*>(&Enter);
  for (int i = 0; i < 6; i++) *--top = nullptr;
  fiber.pointer = top;
  fiber.thread = {static_cast<unsigned>(index), 0, 0};
  fiber.index = index;
  fiber.done = false;
  fiber.waits = nullptr;
  fiber.exchanges = 0;
  for (auto& groups : fiber.groups) groups.assign(1, {});
  fiber.held.clear();
}

UNSEEN bool CanRun(const Fiber& fiber) {
  return !fiber.done && (fiber.waits == nullptr || fiber.waits->generation != fiber.generation);
}

[[noreturn]] void FailWaiting() {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(&machine.order);
  for (char& passed : machine.barrier.passed) __tsan_acquire(&passed);
  for (Warp& warp : machine.warps) {
    for (char& passed : warp.barrier.passed) __tsan_acquire(&passed);
  }
#endif
  std::ostringstream text;
  text << "block (" << machine.block.x << ", " << machine.block.y << ", " << machine.block.z << ")";
  for (int i = 0; i < machine.threads; i++) {
    const Fiber& fiber = machine.fibers[static_cast<size_t>(i)];
    if (fiber.done) continue;
    text << ": thread " << fiber.index << " waits at " << fiber.at << ", where " << fiber.waits->arrived << " of "
         << fiber.waits->expected << " threads are";
    break;
  }
  throw std::runtime_error(text.str());
}

void Reset(int64_t shared_bytes) {
  machine.blocks++;
  machine.barrier = {};
  machine.barrier.expected = machine.threads;
  for (size_t w = 0; w < machine.warps.size(); w++) {
    Barrier& barrier = machine.warps[w].barrier;
    barrier = {};
    barrier.expected = std::min(32, machine.threads - 32 * static_cast<int>(w));
  }
  for (int i = 0; i < machine.threads; i++) Prepare(machine.fibers[static_cast<size_t>(i)], i);
  std::memset(machine.shared.get(), 0xff, static_cast<size_t>(shared_bytes));
}

UNSEEN void RunBlock(Order order, int64_t shared_bytes) {
  Reset(shared_bytes);
#if defined(__SANITIZE_THREAD__)
  machine.main_sanitizer = __tsan_get_current_fiber();
  __tsan_release(&machine);
#endif
  int left = machine.threads;
  while (left > 0) {
    bool moved = false;
    for (int i : machine.order) {
      Fiber& fiber = machine.fibers[static_cast<size_t>(i)];
      if (!CanRun(fiber)) continue;
      fiber.waits = nullptr;
      moved = true;
      ToFiber(fiber);
      if (fiber.done) left--;
      if (order != Order::kInTurn) break;
    }
    if (!moved) FailWaiting();
  }
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(&machine.order);  // blocks run one after the other; threads of a block are ordered by barriers only
#endif
  machine.current = nullptr;
}

}  // namespace

void RunGrid(Order order, const Dim& grid, int threads, int64_t shared_bytes, const std::function<void()>& kernel) {
  if (threads < 1 || threads > 1024 || shared_bytes > (227 << 10)) throw std::runtime_error("wrong block size");
  if (machine.fibers.size() < static_cast<size_t>(threads)) machine.fibers.resize(static_cast<size_t>(threads));
  machine.warps.resize(static_cast<size_t>((threads + 31) / 32));
  machine.order.resize(static_cast<size_t>(threads));
  std::iota(machine.order.begin(), machine.order.end(), 0);
  if (order == Order::kBackward) std::reverse(machine.order.begin(), machine.order.end());
  void* shared = ::operator new(static_cast<size_t>(shared_bytes), kSharedAlignment);
  machine.shared.reset(static_cast<unsigned char*>(shared));
  machine.arrays.clear();
  machine.threads = threads;
  machine.block_size = {static_cast<unsigned>(threads), 1, 1};
  machine.kernel = &kernel;
  for (unsigned z = 0; z < grid.z; z++) {
    for (unsigned y = 0; y < grid.y; y++) {
      for (unsigned x = 0; x < grid.x; x++) {
        machine.block = {x, y, z};
        RunBlock(order, shared_bytes);
      }
    }
  }
}

const Dim& ThreadIndex() { return machine.current->thread; }
const Dim& BlockIndex() { return machine.block; }
const Dim& BlockSize() { return machine.block_size; }

void* SharedArray(const void* key, size_t bytes) {
  Ignored ignored;
  Array& array = machine.arrays[{key, bytes}];
  if (array.data == nullptr) array.data.reset(new unsigned char[bytes]);
  if (array.block != machine.blocks) {
    std::memset(array.data.get(), 0xff, bytes);
    array.block = machine.blocks;
  }
  return array.data.get();
}

void* SharedOfLaunch() { return machine.shared.get(); }

void SyncThreads() { Wait(machine.barrier, "__syncthreads"); }
void SyncWarp() { Wait(machine.warps[static_cast<size_t>(machine.current->index / 32)].barrier, "__syncwarp"); }

static auto& GroupsOf(Work kind) { return machine.current->groups[static_cast<int>(kind)]; }

void StartLater(Work kind, std::function<void()> work) { GroupsOf(kind).back().push_back(std::move(work)); }

void CloseGroup(Work kind) { GroupsOf(kind).emplace_back(); }

void WaitForGroups(Work kind, size_t newest) {
  for (auto& groups = GroupsOf(kind); groups.size() > newest + 1; groups.pop_front()) {
    for (const auto& work : groups.front()) work();
  }
}

float* Hold(float* numbers, size_t n) {
  Held& held = machine.current->held[numbers];
  if (held.holders++ == 0) {
    held.numbers.assign(numbers, numbers + n);
    std::memset(numbers, 0xff, n * sizeof(float));
  }
  return held.numbers.data();
}

void Release(float* numbers) {
  Held& held = machine.current->held[numbers];
  if (--held.holders == 0) std::copy(held.numbers.begin(), held.numbers.end(), numbers);
}

UNSEEN const Given& Exchange(const void* bytes, size_t size, const char* what) {
  Fiber& self = *machine.current;
  Warp& warp = machine.warps[static_cast<size_t>(self.index / 32)];
  Given& given = warp.given[self.exchanges++ % 2];
  for (size_t i = 0; i < size; i++) given.bytes[self.index % 32][i] = static_cast<const unsigned char*>(bytes)[i];
  Wait(warp.barrier, what);
  return given;
}

}  // namespace deltaport::shim
