// The host tables of a step (ids, positions, lengths, blocks, rows), brought to the device together in one copy.
#pragma once

#include <map>
#include <vector>

#include "cuda/memory.h"

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
};

}  // namespace deltaport::cuda
