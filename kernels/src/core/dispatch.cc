#include "core/dispatch.h"

#include <cstdlib>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace deltaport {
namespace {

constexpr Level kLevels[] = {Level::kReference,  Level::kAvx2,       Level::kAvx512,
                             Level::kAvx512Bf16, Level::kAvx512Vnni, Level::kNeon};

Level FindCpuLevel() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Level::kReference;
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
      !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) {
    return Level::kAvx2;
  }
  if (!__builtin_cpu_supports("avx512bf16")) return Level::kAvx512;
  return __builtin_cpu_supports("avx512vnni") ? Level::kAvx512Vnni : Level::kAvx512Bf16;
#elif defined(__aarch64__)
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0 ? Level::kNeon : Level::kReference;
#else
  return Level::kReference;
#endif
}

}  // namespace

const char* LevelName(Level level) {
  switch (level) {
    case Level::kReference:
      return "reference";
    case Level::kAvx2:
      return "avx2";
    case Level::kAvx512:
      return "avx512";
    case Level::kAvx512Bf16:
      return "avx512_bf16";
    case Level::kAvx512Vnni:
      return "avx512_vnni";
    case Level::kNeon:
      return "neon";
  }
  return "unknown";
}

Level CpuLevel() {
  static const Level level = FindCpuLevel();
  return level;
}

bool Allows(Level allowed, Level kernel) {
  if (kernel == Level::kReference || kernel == allowed) return true;
  return allowed != Level::kNeon && kernel < allowed;
}

Level ParseLevel(const std::string& name) {
  Level cpu = CpuLevel();
  if (name == "auto") return cpu;
  for (Level level : kLevels) {
    if (name != LevelName(level)) continue;
    if (Allows(cpu, level)) return level;
    return cpu == Level::kNeon || level == Level::kNeon ? Level::kReference : cpu;
  }
  Fail("kernels: expected auto, reference, avx2, avx512, avx512_bf16, avx512_vnni or neon, found '", name, "'");
}

Level DefaultLevel() {
  const char* name = std::getenv("DELTAPORT_KERNELS");
  return ParseLevel(name == nullptr || *name == '\0' ? "auto" : name);
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
