// A step as a graph of the driver: recorded once, launched again over other tables of the same sizes.
#pragma once

#include <cstdint>

#include "cuda/memory.h"
#include "cuda/step_tables.h"

namespace deltaport::cuda {

// Changes whenever memory that a recorded step has addresses of moves: a pool grew, a table buffer grew.
int64_t MemoryEpoch();
void MemoryMoved();

class CapturedGraph {
 public:
  // Ends the recording that BeginRecording began on the stream.
  CapturedGraph(const Device& device, const Stream& stream, StepChecks checks);

  // Queues the step again; throws where memory has moved since or the tables are wrong.
  void Launch(const Stream& stream, const StepTables& tables) const;

 private:
  GraphExec exec_;
  int64_t epoch_;
  StepChecks checks_;
};

// What is queued on the stream from now on is recorded and does not run.
void BeginRecording(const Stream& stream);

// Ends a recording that failed.
void DropRecording(const Device& device, const Stream& stream) noexcept;

}  // namespace deltaport::cuda
