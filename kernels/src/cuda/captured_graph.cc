#include "cuda/captured_graph.h"

#include <atomic>
#include <utility>

#include "core/error.h"

namespace deltaport::cuda {
namespace {

constexpr int32_t kThreadLocal = 1;  // CU_STREAM_CAPTURE_MODE_THREAD_LOCAL: other threads may allocate meanwhile

std::atomic<int64_t> epoch{0};

Graph End(const Device& device, const Stream& stream) {
  OpaqueGraph* graph = nullptr;
  Check(Driver::Get().StreamEndCapture(stream.get(), &graph), "recording a step");
  Require(graph != nullptr, "CUDA: recording a step: something in it cannot be recorded");
  return Graph(device, graph);
}

}  // namespace

int64_t MemoryEpoch() { return epoch; }
void MemoryMoved() { epoch++; }

void BeginRecording(const Stream& stream) {
  Check(Driver::Get().StreamBeginCapture(stream.get(), kThreadLocal), "recording a step");
}

void DropRecording(const Device& device, const Stream& stream) noexcept {
  OpaqueGraph* graph = nullptr;
  if (Driver::Get().StreamEndCapture(stream.get(), &graph) == 0 && graph != nullptr) Graph(device, graph);
}

CapturedGraph::CapturedGraph(const Device& device, const Stream& stream, StepChecks checks)
    : epoch_(MemoryEpoch()), checks_(std::move(checks)) {
  Graph graph = End(device, stream);
  OpaqueGraphExec* exec = nullptr;
  Check(Driver::Get().GraphInstantiate(&exec, graph.get(), 0), "recording a step");
  exec_ = GraphExec(device, exec);
}

void CapturedGraph::Launch(const Stream& stream, const StepTables& tables) const {
  Require(epoch_ == MemoryEpoch(), "CUDA: memory has moved since the step was recorded");
  tables.Check(checks_);
  Check(Driver::Get().GraphLaunch(exec_.get(), stream.get()), "launching a recorded step");
}

}  // namespace deltaport::cuda
