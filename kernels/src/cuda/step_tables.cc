#include "cuda/step_tables.h"

#include <algorithm>
#include <cstring>

#include "core/sizes.h"
#include "cuda/captured_graph.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kAlignment = 16;
constexpr int64_t kFirstRoom = 64 << 10;

}  // namespace

StepTables::StepTables(const Device& device) : device_(device), copied_(MakeEvent(device)) {}

void StepTables::Bring(const std::vector<HostTable>& tables, const Stream& stream) {
  device_.Activate();
  places_.clear();
  bytes_.clear();
  int64_t bytes = 0;
  for (const HostTable& table : tables) {
    places_[table.data] = {bytes, table.bytes};
    bytes_.push_back(table.bytes);
    bytes = Add(bytes, Multiply(CeilDiv(table.bytes, kAlignment), kAlignment));
  }
  // The step before may still be crossing.
  cuda::Check(Driver::Get().EventSynchronize(copied_.get()), "the tables of the step before");
  Grow(bytes);
  if (bytes == 0) return;
  auto to = static_cast<uint8_t*>(host_.get());
  for (const HostTable& table : tables) {
    std::memcpy(to + places_[table.data].offset, table.data, static_cast<size_t>(table.bytes));
  }
  cuda::Check(Driver::Get().MemcpyHtoDAsync(memory_.get(), to, static_cast<size_t>(bytes), stream.get()),
              "the tables of a step");
  cuda::Check(Driver::Get().EventRecord(copied_.get(), stream.get()), "the tables of a step");
}

void StepTables::Grow(int64_t bytes) {
  if (bytes <= room_) return;
  int64_t room = std::max({bytes, 2 * room_, kFirstRoom});
  PinnedMemory host = AllocatePinned(device_, room);
  memory_ = Allocate(device_, room);
  host_ = std::move(host);
  room_ = room;
  MemoryMoved();
}

const void* StepTables::Find(const void* data, int64_t bytes) const {
  return Pointer(memory_.get()) + Offset(data, bytes);
}

void StepTables::Check(const StepChecks& checks) const {
  Require(bytes_ == checks.table_bytes,
          "CUDA: the tables of the step have other sizes than those it was recorded with");
  for (const StepCheck& check : checks.checks) check.run(*this, check.numbers);
}

int64_t StepTables::Offset(const void* data, int64_t bytes) const {
  auto found = places_.find(data);
  Require(found != places_.end() && bytes <= found->second.bytes,
          "CUDA: a table was not brought to the GPU before the run");
  return found->second.offset;
}

}  // namespace deltaport::cuda
