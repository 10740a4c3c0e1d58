// Weights copied once into 2 MiB pages, in the panels that their kernel wants; sessions of one file share the copies.
#pragma once

#include <memory>
#include <vector>

#include "core/dispatch.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {

// One weight to copy; MakeResident fills in weight->prepared.
struct ResidentRequest {
  const MatmulKernel* form;
  WeightView* weight;
};

// Copies what is not there yet, on as many threads as can be started of those wanted, and gives back the pages of the
// files it was mapped from. The result keeps the copies alive.
std::vector<std::shared_ptr<const void>> MakeResident(const std::vector<ResidentRequest>& requests, int64_t threads);

// The weights of one op, kept in the form of its kernel where memory is resident.
class Prepared {
 public:
  template <class Params>
  void Make(const Mode& mode, const Kernel<Params>& kernel, const std::vector<WeightView*>& weights) {
    if (mode.memory != Memory::kResident || kernel.form == nullptr) return;
    std::vector<ResidentRequest> requests;
    for (WeightView* weight : weights) {
      const MatmulKernel* form = kernel.form(kernel.isa, kernel.compute, *weight);
      if (form != nullptr) requests.push_back({form, weight});
    }
    kept_ = MakeResident(requests, mode.threads);
  }

 private:
  std::vector<std::shared_ptr<const void>> kept_;
};

// Bytes of weights copied since the process started: progress of a load, for another thread to watch.
int64_t ResidentBytesMade();

}  // namespace deltaport
