#include "core/dispatch.h"

#include <cstdlib>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace deltaport {
namespace {

constexpr Isa kIsas[] = {Isa::kReference, Isa::kAvx2, Isa::kAvx512, Isa::kAvx512Bf16, Isa::kAvx512Vnni, Isa::kNeon};

Isa FindCpuIsa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) {
    return Isa::kReference;
  }
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) {
    return Isa::kAvx2;
  }
  if (!__builtin_cpu_supports("avx512bf16")) return Isa::kAvx512;
  return __builtin_cpu_supports("avx512vnni") ? Isa::kAvx512Vnni : Isa::kAvx512Bf16;
#elif defined(__aarch64__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0 ? Isa::kNeon : Isa::kReference;
#else
  return Isa::kReference;
#endif
}

}  // namespace

const char* IsaName(Isa isa) {
  switch (isa) {
    case Isa::kReference:
      return "reference";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kAvx512Bf16:
      return "avx512_bf16";
    case Isa::kAvx512Vnni:
      return "avx512_vnni";
    case Isa::kNeon:
      return "neon";
  }
  return "unknown";
}

Isa CpuIsa() {
  static const Isa isa = FindCpuIsa();
  return isa;
}

bool Allows(Isa allowed, Isa kernel) {
  if (kernel == Isa::kReference || kernel == allowed) return true;
  return allowed != Isa::kNeon && kernel < allowed;
}

Isa ParseIsa(const std::string& name) {
  Isa cpu = CpuIsa();
  if (name == "auto") return cpu;
  for (Isa isa : kIsas) {
    if (name != IsaName(isa)) continue;
    if (Allows(cpu, isa)) return isa;
    return cpu == Isa::kNeon || isa == Isa::kNeon ? Isa::kReference : cpu;
  }
  Fail("kernels: expected auto, reference, avx2, avx512, avx512_bf16, avx512_vnni or neon, found '", name, "'");
}

Isa DefaultIsa() {
  const char* name = std::getenv("DELTAPORT_KERNELS");
  return ParseIsa(name == nullptr || *name == '\0' ? "auto" : name);
}

Compute ParseCompute(const std::string& name) {
  if (name == "exact") return Compute::kExact;
  if (name == "fast") return Compute::kFast;
  Fail("compute: expected exact or fast, found '", name, "'");
}

Memory ParseMemory(const std::string& name) {
  if (name == "mapped") return Memory::kMapped;
  if (name == "resident") return Memory::kResident;
  Fail("memory: expected mapped or resident, found '", name, "'");
}

}  // namespace deltaport
