#include "matmul/resident.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <tuple>

#include "core/region.h"
#include "core/sizes.h"
#include "core/start_threads.h"
#include "matmul/mapped_files.h"

namespace deltaport {
namespace {

constexpr int64_t kPage = 4096;
constexpr int64_t kRegion = 64 << 20;       // weights that many share
constexpr int64_t kTaskFloats = 512 << 10;  // that one thread copies at a time

using Codes = std::array<float, 16>;

// All that the bytes of a copy follow from: where weights, scales and zero points lie, their shape and their meaning.
using Key = std::tuple<FilePlace, FilePlace, FilePlace, int64_t, int64_t, Format, Format, int64_t, int64_t, Codes,
                       float, decltype(MatmulKernel::make_panel)>;

// The copies of this process, by their origin; an entry goes with its last user.
struct Copies {
  std::mutex mutex;
  std::map<Key, std::weak_ptr<const void>> made;
  std::weak_ptr<Region> region;  // the one being filled
  int64_t used = 0;              // bytes of it
};

Copies& AllCopies() {
  static Copies* copies = new Copies;  // sessions may outlive static destruction
  return *copies;
}

std::atomic<int64_t> bytes_made{0};

// `bytes` on a cache line, kept alive by the result.
std::shared_ptr<float> Allocate(Copies& copies, int64_t bytes) {
  std::shared_ptr<Region> region = copies.region.lock();
  int64_t begin = CeilDiv(copies.used, 64) * 64;
  if (region == nullptr || bytes > kRegion - begin) {
    region = std::make_shared<Region>(std::max(bytes, kRegion));
    begin = 0;
    copies.region = region;
  }
  copies.used = begin + bytes;
  return std::shared_ptr<float>(region, reinterpret_cast<float*>(region->data() + begin));
}

int64_t ScaleBytes(const WeightView& weight) {
  if (weight.scales == nullptr) return 0;
  return RowBytes(weight.scale_format, CeilDiv(weight.out, weight.block_out) * weight.blocks_in());
}

std::optional<Key> KeyOf(const MappedFiles& files, const ResidentRequest& request) {
  const WeightView& weight = *request.weight;
  std::optional<FilePlace> data = files.Find(weight.data, weight.out * weight.row_bytes());
  std::optional<FilePlace> scales = FilePlace{};
  std::optional<FilePlace> zeros = FilePlace{};
  if (weight.scales != nullptr) scales = files.Find(weight.scales, ScaleBytes(weight));
  if (weight.zero_points != nullptr) zeros = files.Find(weight.zero_points, weight.out * weight.blocks_in());
  if (!data || !scales || !zeros) return std::nullopt;
  Codes codes{};
  if (weight.codebook != nullptr) std::copy_n(weight.codebook, codes.size(), codes.begin());
  return Key{*data,
             *scales,
             *zeros,
             weight.out,
             weight.in,
             weight.format,
             weight.scale_format,
             weight.block_out,
             weight.block_in,
             codes,
             weight.factor,
             request.form->make_panel};
}

// A stretch of panels of one weight.
struct Task {
  const ResidentRequest* request;
  float* to;
  int64_t begin;
  int64_t end;
  bool mapped;  // from a file
};

// The whole pages of what has been copied; they come back from the file if they are read again.
void Release(const uint8_t* begin, const uint8_t* end) {
  uintptr_t first = (reinterpret_cast<uintptr_t>(begin) + kPage - 1) / kPage * kPage;
  uintptr_t last = reinterpret_cast<uintptr_t>(end) / kPage * kPage;
  if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

// All of a weight and the pages it shares with others. Reading what lies beside it may have brought back what was
// released before.
void ReleaseAll(const WeightView& weight) {
  auto release = [](const uint8_t* data, int64_t bytes) { Release(data - kPage + 1, data + bytes + kPage - 1); };
  release(weight.data, weight.out * weight.row_bytes());
  if (weight.scales != nullptr) release(weight.scales, ScaleBytes(weight));
}

void ReleaseRows(const WeightView& weight, int64_t begin, int64_t end) {
  Release(weight.row(begin), weight.row(end));
  if (weight.block_out != 1) return;  // scales of other rows too
  int64_t bytes = RowBytes(weight.scale_format, weight.blocks_in());
  Release(weight.scales + begin * bytes, weight.scales + end * bytes);
}

void Copy(const Task& task) {
  const WeightView& weight = *task.request->weight;
  int64_t floats = task.request->form->panel_floats(weight);
  for (int64_t panel = task.begin; panel < task.end; panel++) {
    task.request->form->make_panel(weight, panel, task.to + panel * floats);
  }
  if (task.mapped) ReleaseRows(weight, 16 * task.begin, std::min(16 * task.end, weight.out));
  bytes_made += (task.end - task.begin) * floats * 4;
}

void CopyAll(const std::vector<Task>& tasks, int64_t wanted) {
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i = next++; i < tasks.size(); i = next++) Copy(tasks[i]);
  };
  std::vector<std::thread> threads = StartThreads(std::min(wanted, static_cast<int64_t>(tasks.size())) - 1, work);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

std::vector<std::shared_ptr<const void>> MakeResident(const std::vector<ResidentRequest>& requests, int64_t threads) {
  Copies& copies = AllCopies();
  std::lock_guard<std::mutex> lock(copies.mutex);
  for (auto i = copies.made.begin(); i != copies.made.end();) {
    i = i->second.expired() ? copies.made.erase(i) : std::next(i);
  }
  MappedFiles files;
  std::vector<std::shared_ptr<const void>> kept;
  std::vector<Task> tasks;
  for (const ResidentRequest& request : requests) {
    WeightView& weight = *request.weight;
    std::optional<Key> key = KeyOf(files, request);
    std::shared_ptr<const void> copy;
    if (key) copy = copies.made[*key].lock();
    if (copy == nullptr) {
      int64_t floats = request.form->panel_floats(weight);
      int64_t panels = PanelCount(weight);
      std::shared_ptr<float> made = Allocate(copies, Multiply(panels, floats, 4));
      int64_t step = std::max<int64_t>(1, kTaskFloats / floats);
      for (int64_t p = 0; p < panels; p += step) {
        tasks.push_back({&request, made.get(), p, std::min(p + step, panels), key.has_value()});
      }
      copy = made;
      if (key) copies.made[*key] = copy;
    }
    kept.push_back(copy);
  }
  CopyAll(tasks, threads);
  for (const Task& task : tasks) {
    if (task.mapped && task.begin == 0) ReleaseAll(*task.request->weight);
  }
  for (size_t i = 0; i < requests.size(); i++) requests[i].weight->prepared = kept[i].get();
  return kept;
}

int64_t ResidentBytesMade() { return bytes_made; }

}  // namespace deltaport
