// The host tables of a step (ids, positions, lengths, blocks, slots), brought to the device together in one copy.
#pragma once

#include <map>
#include <vector>

#include "cuda/memory.h"
#include "cuda/step_check.h"

namespace deltaport::cuda {

struct HostTable {
  const void* data;
  int64_t bytes;
};

class StepTables {
 public:
  explicit StepTables(const Device& device);

  // Copies the tables; those of the step before are forgotten. Work queued on `stream` later sees them.
  void Bring(const std::vector<HostTable>& tables, const Stream& stream);

  // Where a table of this step is on the device; throws where it was not brought.
  const void* Find(const void* data, int64_t bytes) const;

  // Where it begins among the tables of this step, for Host.
  int64_t Offset(const void* data, int64_t bytes) const;
  // The host's copy of what lies at an offset.
  template <class T>
  const T* Host(int64_t offset) const {
    return reinterpret_cast<const T*>(static_cast<const uint8_t*>(host_.get()) + offset);
  }

  const std::vector<int64_t>& bytes() const { return bytes_; }
  // Throws where the tables are not such as a recorded step may run over.
  void Check(const StepChecks& checks) const;

 private:
  struct Place {
    int64_t offset;
    int64_t bytes;
  };

  void Grow(int64_t bytes);

  const Device& device_;
  int64_t room_ = 0;
  PinnedMemory host_;
  DeviceMemory memory_;
  Event copied_;
  std::map<const void*, Place> places_;
  std::vector<int64_t> bytes_;  // of each table
};

}  // namespace deltaport::cuda
