#include "device.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace deltaport::standin {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kAlignment = 256;

using Work = std::function<Code()>;

struct Stream {
  std::deque<Work> queue;
  std::shared_ptr<std::vector<Work>> capture;  // null = not capturing
};

struct Event {
  Stream* stream = nullptr;
};

// An allocation ends where its last whole page ends; the page behind it is a guard.
struct Allocation {
  uint8_t* pages;
  size_t page_bytes;
  size_t bytes;
};

// What a process begins with: the variable DELTAPORT_STANDIN, "dead-driver", "no-device" or "memory=BYTES", for those
// that cannot ask.
Faults FirstFaults() {
  Faults faults;
  const char* fault = std::getenv("DELTAPORT_STANDIN");
  if (fault != nullptr) {
    faults.dead_driver = std::strcmp(fault, "dead-driver") == 0;
    faults.no_device = std::strcmp(fault, "no-device") == 0;
    if (std::strncmp(fault, "memory=", 7) == 0) faults.memory = std::atoll(fault + 7);
  }
  return faults;
}

struct State {
  std::recursive_mutex mutex;
  Counts counts;
  Faults faults = FirstFaults();
  std::map<uint8_t*, Allocation> memory;  // by address
  std::map<void*, size_t> pinned;
  Stream legacy;
  std::set<Stream*> streams;
  int open = 0;  // how deep work is running
  Code sticky = kSuccess;
};

State& The() {
  static State* state = new State;
  return *state;
}

using Lock = std::lock_guard<std::recursive_mutex>;

void Protect(int protection) {
  for (auto& [address, allocation] : The().memory) mprotect(allocation.pages, allocation.page_bytes, protection);
}

// Device memory can be touched while one of these lives.
class Open {
 public:
  Open() {
    if (The().open++ == 0) Protect(PROT_READ | PROT_WRITE);
  }
  ~Open() {
    if (--The().open == 0) Protect(PROT_NONE);
  }
};

Stream* Of(void* stream) {
  auto number = reinterpret_cast<uintptr_t>(stream);  // 0, 1 and 2 name the default streams
  return number <= 2 ? &The().legacy : static_cast<Stream*>(stream);
}

Code Run(Stream& stream) {
  if (stream.capture != nullptr) return kCaptureUnsupported;
  if (stream.queue.empty()) return The().sticky;
  Open open;
  while (!stream.queue.empty()) {
    Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    if (The().sticky == kSuccess) The().sticky = work();
  }
  return The().sticky;
}

const Allocation* Find(const void* address) {
  auto at = static_cast<uint8_t*>(const_cast<void*>(address));
  auto after = The().memory.upper_bound(at);
  if (after == The().memory.begin()) return nullptr;
  auto& [start, allocation] = *std::prev(after);
  return at < start + allocation.bytes ? &allocation : nullptr;
}

bool AnyCapture() {
  for (Stream* stream : The().streams) {
    if (stream->capture != nullptr) return true;
  }
  return false;
}

}  // namespace

Counts& TheCounts() { return The().counts; }
Faults& TheFaults() { return The().faults; }

Code Allocate(void** address, size_t bytes) {
  Lock lock(The().mutex);
  if (AnyCapture()) return kCaptureUnsupported;
  if (bytes == 0) return kInvalidValue;
  if (The().counts.device_bytes + static_cast<int64_t>(bytes) > The().faults.memory) return kOutOfMemory;
  size_t aligned = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  size_t page_bytes = (aligned + kPage - 1) / kPage * kPage;
  void* pages = mmap(nullptr, page_bytes + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return kOutOfMemory;
  std::memset(pages, 0xff, page_bytes);
  mprotect(pages, page_bytes + kPage, PROT_NONE);
  auto start = static_cast<uint8_t*>(pages);
  uint8_t* data = start + page_bytes - aligned;
  The().memory[data] = {start, page_bytes, bytes};
  if (The().open > 0) mprotect(pages, page_bytes, PROT_READ | PROT_WRITE);
  The().counts.device_bytes += static_cast<int64_t>(bytes);
  *address = data;
  return kSuccess;
}

Code Free(void* address) {
  Lock lock(The().mutex);
  if (address == nullptr) return kSuccess;
  SynchronizeAll();
  auto found = The().memory.find(static_cast<uint8_t*>(address));
  if (found == The().memory.end()) return kInvalidValue;
  munmap(found->second.pages, found->second.page_bytes + kPage);
  The().counts.device_bytes -= static_cast<int64_t>(found->second.bytes);
  The().memory.erase(found);
  return kSuccess;
}

Code AllocatePinned(void** data, size_t bytes) {
  Lock lock(The().mutex);
  *data = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
  if (*data == nullptr) return kOutOfMemory;
  The().pinned[*data] = bytes;
  The().counts.pinned_bytes += static_cast<int64_t>(bytes);
  return kSuccess;
}

Code FreePinned(void* data) {
  Lock lock(The().mutex);
  if (data == nullptr) return kSuccess;
  SynchronizeAll();
  auto found = The().pinned.find(data);
  if (found == The().pinned.end()) return kInvalidValue;
  The().counts.pinned_bytes -= static_cast<int64_t>(found->second);
  The().pinned.erase(found);
  std::free(data);
  return kSuccess;
}

bool IsDeviceAddress(const void* address) {
  Lock lock(The().mutex);
  return Find(address) != nullptr;
}

bool IsHostAddress(uint64_t word) {
  // Below, two small numbers side by side would look like one; heap, stacks and mappings lie above.
  if (word < uint64_t{0x500000000000} || word >= uint64_t{1} << 47) return false;
  void* page = reinterpret_cast<void*>(word / kPage * kPage);
  unsigned char resident = 0;
  return mincore(page, 1, &resident) == 0 && !IsDeviceAddress(reinterpret_cast<void*>(word));
}

Code CreateStream(void** stream) {
  Lock lock(The().mutex);
  auto* made = new Stream;
  The().streams.insert(made);
  The().counts.streams++;
  *stream = made;
  return kSuccess;
}

Code DestroyStream(void* stream) {
  Lock lock(The().mutex);
  Stream* found = Of(stream);
  if (The().streams.erase(found) == 0) return kInvalidValue;
  Run(*found);
  The().counts.streams--;
  delete found;
  return kSuccess;
}

Code Synchronize(void* stream) {
  Lock lock(The().mutex);
  return Run(*Of(stream));
}

Code SynchronizeAll() {
  Lock lock(The().mutex);
  if (AnyCapture()) return kCaptureUnsupported;
  Code code = Run(The().legacy);
  for (Stream* stream : The().streams) code = Run(*stream);
  return code;
}

Code CreateEvent(void** event) {
  *event = new Event;
  return kSuccess;
}

Code DestroyEvent(void* event) {
  delete static_cast<Event*>(event);
  return kSuccess;
}

Code RecordEvent(void* event, void* stream) {
  static_cast<Event*>(event)->stream = Of(stream);
  return kSuccess;
}

// A later point of the stream than the event's is late enough.
Code SynchronizeEvent(void* event) {
  Lock lock(The().mutex);
  Stream* stream = static_cast<Event*>(event)->stream;
  bool lives = stream == &The().legacy || The().streams.count(stream) > 0;
  return lives ? Run(*stream) : kSuccess;
}

Code WaitEvent(void*, void* event) {
  Lock lock(The().mutex);
  Stream* stream = static_cast<Event*>(event)->stream;
  if (stream != nullptr && stream->capture != nullptr) return kSuccess;
  return SynchronizeEvent(event);
}

Code Enqueue(void* stream, Work work) {
  Lock lock(The().mutex);
  Stream* to = Of(stream);
  if (to->capture != nullptr) {
    to->capture->push_back(std::move(work));
  } else {
    to->queue.push_back(std::move(work));
  }
  return kSuccess;
}

Code Copy(void* stream, Direction direction, void* to, const void* from, size_t bytes) {
  Lock lock(The().mutex);
  bool to_device = direction != Direction::kToHost;
  bool from_device = direction != Direction::kToDevice;
  if (bytes > 0 && (IsDeviceAddress(to) != to_device || IsDeviceAddress(from) != from_device)) return kInvalidValue;
  int64_t& left = The().faults.copies_until_failure;
  if (direction == Direction::kToDevice && left >= 0 && left-- == 0) return kUnknown;
  return Enqueue(stream, [=] {
    Counts& counts = The().counts;
    switch (direction) {
      case Direction::kToDevice:
        counts.copies_to_device++;
        counts.bytes_to_device += static_cast<int64_t>(bytes);
        break;
      case Direction::kToHost:
        counts.copies_to_host++;
        counts.bytes_to_host += static_cast<int64_t>(bytes);
        break;
      case Direction::kOnDevice:
        counts.copies_on_device++;
    }
    std::memmove(to, from, bytes);
    return kSuccess;
  });
}

Code Set(void* stream, void* to, int value, size_t bytes) {
  if (bytes > 0 && !IsDeviceAddress(to)) return kInvalidValue;
  return Enqueue(stream, [=] {
    std::memset(to, value, bytes);
    return kSuccess;
  });
}

Code BeginCapture(void* stream) {
  Lock lock(The().mutex);
  Stream* from = Of(stream);
  if (from->capture != nullptr) return kInvalidValue;
  Run(*from);
  from->capture = std::make_shared<std::vector<Work>>();
  return kSuccess;
}

Code EndCapture(void* stream, void** graph) {
  Lock lock(The().mutex);
  Stream* from = Of(stream);
  if (from->capture == nullptr) return kInvalidValue;
  *graph = new std::shared_ptr<std::vector<Work>>(std::move(from->capture));
  from->capture = nullptr;
  return kSuccess;
}

bool IsCapturing(void* stream) {
  Lock lock(The().mutex);
  return Of(stream)->capture != nullptr;
}

void* CopyGraph(void* graph) {
  return new std::shared_ptr<std::vector<Work>>(*static_cast<std::shared_ptr<std::vector<Work>>*>(graph));
}

void DestroyGraph(void* graph) { delete static_cast<std::shared_ptr<std::vector<Work>>*>(graph); }

Code LaunchGraph(void* graph, void* stream) {
  std::shared_ptr<std::vector<Work>> works = *static_cast<std::shared_ptr<std::vector<Work>>*>(graph);
  The().counts.graph_launches++;
  return Enqueue(stream, [works] {
    for (const Work& work : *works) {
      if (Code code = work()) return code;
    }
    return kSuccess;
  });
}

}  // namespace deltaport::standin
