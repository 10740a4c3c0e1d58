// What a recorded step has to check of its tables again when it is replayed: its ops do not run then.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <tuple>
#include <vector>

namespace deltaport::cuda {

class StepTables;

// Sizes of an op, handles, and where its tables begin in those of the step.
using StepNumbers = std::array<int64_t, 8>;

struct StepCheck {
  void (*run)(const StepTables& tables, const StepNumbers& numbers);
  StepNumbers numbers;

  bool operator<(const StepCheck& other) const { return std::tie(run, numbers) < std::tie(other.run, other.numbers); }
};

// Of one recorded step; layers that read the same tables need one check.
struct StepChecks {
  std::vector<int64_t> table_bytes;  // of the tables it was recorded over, in order
  std::set<StepCheck> checks;
};

}  // namespace deltaport::cuda
