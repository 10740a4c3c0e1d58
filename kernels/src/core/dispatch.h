// Which twin of a kernel runs: by the CPU, by the session's options, by the weights.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/weight.h"

namespace deltaport {

// An instruction set. Each of x86 includes those before it; kNeon, which is Armv8.2 with dot products of bytes,
// kReference only.
enum class Isa { kReference, kAvx2, kAvx512, kAvx512Bf16, kAvx512Vnni, kNeon };
// kExact: float32 FMA, one order of summation for each output whatever the batch. kFast: may round inputs.
enum class Compute { kExact, kFast };
enum class Memory { kMapped, kResident };

struct Mode {
  Isa isa = Isa::kReference;
  Compute compute = Compute::kExact;
  Memory memory = Memory::kMapped;
  int64_t threads = 1;  // of the session
};

const char* IsaName(Isa isa);

// The highest of this CPU, found once: by CPUID, or on aarch64 from what Linux says of the CPU (HWCAP).
Isa CpuIsa();

// The one for a name of docs/ops.md; "auto" is CpuIsa(). One that this CPU lacks falls back to its own highest
// below the named one. Throws on an unknown name.
Isa ParseIsa(const std::string& name);

// The one used where a session names none: the environment variable DELTAPORT_KERNELS, else "auto".
Isa DefaultIsa();

Compute ParseCompute(const std::string& name);
Memory ParseMemory(const std::string& name);

// Whether a kernel for `kernel` may run where `allowed` is the highest.
bool Allows(Isa allowed, Isa kernel);

struct MatmulKernel;  // matmul/matmul_kernel.h

// One twin of an op's kernel. Every op has its own Params (ops/<op>/kernel.h) and table (ops/<op>/table.cc).
template <class Params>
struct Kernel {
  Isa isa;
  Compute compute;
  // Whether this twin handles these weights and sizes; null = all. Only what is known at kernel creation is filled in.
  bool (*takes)(Isa isa, Compute compute, const Params& params);
  // The form whose panels Run takes from WeightView::prepared where memory is resident; null = it reads weights as they
  // lie. May return null.
  const MatmulKernel* (*form)(Isa isa, Compute compute, const WeightView& weight);
  // One implementation may be entered for many instruction sets and both modes: it is told which.
  void (*run)(Isa isa, Compute compute, const Params& params, Parallel& parallel);

  bool Takes(const Params& params) const { return takes == nullptr || takes(isa, compute, params); }
  void Run(const Params& params, Parallel& parallel) const { run(isa, compute, params, parallel); }
};

// A twin that is one implementation for one instruction set, which takes everything.
template <class Params, void (*kRun)(const Params& params, Parallel& parallel)>
Kernel<Params> TwinOf(Isa isa) {
  return {isa, Compute::kExact, nullptr, nullptr,
          [](Isa, Compute, const Params& params, Parallel& parallel) { kRun(params, parallel); }};
}

// The twins of an op, each once, in any order; the exact reference is among them and takes everything.
template <class Params>
const std::vector<Kernel<Params>>& Kernels();

// The best twin: of the wanted compute mode if any takes these params, else exact; of these the highest instruction
// set.
template <class Params>
const Kernel<Params>& Pick(const Mode& mode, const Params& params) {
  const Kernel<Params>* best = nullptr;
  for (const Kernel<Params>& kernel : Kernels<Params>()) {
    if (!Allows(mode.isa, kernel.isa) || (kernel.compute == Compute::kFast && mode.compute == Compute::kExact) ||
        !kernel.Takes(params)) {
      continue;
    }
    if (best == nullptr || kernel.compute > best->compute ||
        (kernel.compute == best->compute && kernel.isa > best->isa)) {
      best = &kernel;
    }
  }
  Require(best != nullptr, "no kernel takes this op");
  return *best;
}

}  // namespace deltaport
