// Which twin of a kernel runs: by the CPU, by the session's options, by the weights.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/weight.h"

namespace deltaport {

// Each x86 level includes those before it; kNeon, which is Armv8.2 with dot products of bytes, kReference only.
enum class Level { kReference, kAvx2, kAvx512, kAvx512Bf16, kAvx512Vnni, kNeon };
// kExact: float32 FMA, one order of summation for each output whatever the batch. kFast: may round inputs.
enum class Compute { kExact, kFast };
enum class Memory { kMapped, kResident };

struct Mode {
  Level level = Level::kReference;
  Compute compute = Compute::kExact;
  Memory memory = Memory::kMapped;
};

const char* LevelName(Level level);

// The highest level of this CPU, found once: by CPUID, or on aarch64 from what Linux says of the CPU (HWCAP).
Level CpuLevel();

// The level for a name of docs/ops.md; "auto" is CpuLevel(). A level that this CPU lacks falls back to its own highest
// level below the named one. Throws on an unknown name.
Level ParseLevel(const std::string& name);

// The level used where a session names none: the environment variable DELTAPORT_KERNELS, else "auto".
Level DefaultLevel();

Compute ParseCompute(const std::string& name);
Memory ParseMemory(const std::string& name);

// Whether a kernel of level `kernel` may run where `allowed` is the highest level.
bool Allows(Level allowed, Level kernel);

struct MatmulForm;  // matmul/form.h

// One twin of an op's kernel. Every op has its own Params (ops/<op>/kernel.h) and table (ops/<op>/table.cc).
template <class Params>
struct Kernel {
  Level level;
  Compute compute;
  // Whether this twin handles these weights and sizes; null = all. Only what is known at kernel creation is filled in.
  bool (*takes)(const Params& params);
  // The form whose panels run() takes from WeightView::prepared where memory is resident; null = run() reads weights as
  // they lie. May return null.
  const MatmulForm* (*form)(const WeightView& weight);
  void (*run)(const Params& params, Parallel& parallel);
};

// The twins of an op, each once, in any order; the exact reference is among them and takes everything.
template <class Params>
const std::vector<Kernel<Params>>& Kernels();

// The best twin: of the wanted compute mode if any takes these params, else exact; of these the highest level.
template <class Params>
const Kernel<Params>& Pick(const Mode& mode, const Params& params) {
  const Kernel<Params>* best = nullptr;
  for (const Kernel<Params>& kernel : Kernels<Params>()) {
    if (!Allows(mode.level, kernel.level) || (kernel.compute == Compute::kFast && mode.compute == Compute::kExact) ||
        (kernel.takes != nullptr && !kernel.takes(params))) {
      continue;
    }
    if (best == nullptr || kernel.compute > best->compute ||
        (kernel.compute == best->compute && kernel.level > best->level)) {
      best = &kernel;
    }
  }
  Require(best != nullptr, "no kernel takes this op");
  return *best;
}

}  // namespace deltaport
