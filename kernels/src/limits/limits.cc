#include "limits/limits.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "core/dispatch.h"
#include "core/region.h"

namespace deltaport {
namespace {

constexpr int kRounds = 5;  // the best counts: others may be using the machine

template <class Body>
double BestSeconds(Parallel& parallel, const Body& body) {
  double best = 1e9;
  for (int i = 0; i < kRounds; i++) {
    double start = SecondsOf(parallel);
    body();
    best = std::min(best, SecondsOf(parallel) - start);
  }
  return best;
}

#if defined(__x86_64__) || defined(__aarch64__)
struct alignas(64) Sink {
  float floats[16] = {};
};

double PeakPerSecond(PeakLoop loop, Parallel& parallel) {
  constexpr int64_t kLoops = 400 * 1000;
  std::vector<Sink> sinks(static_cast<size_t>(parallel.threads()));
  int64_t operations = loop(1, sinks[0].floats);
  double seconds = BestSeconds(parallel, [&] {
    parallel.For(parallel.threads(), [&](int64_t i) { loop(kLoops, sinks[static_cast<size_t>(i)].floats); });
  });
  return static_cast<double>(operations * kLoops * parallel.threads()) / seconds;
}

double ReadPerSecond(ReadLoop loop, Parallel& parallel) {
  constexpr int64_t kBytes = 256 << 20;
  constexpr int64_t kTask = 1 << 20;
  Region region(kBytes);
  parallel.ForBlocks(kBytes, kTask, [&](int64_t begin, int64_t end) {  // touched, or every page is the zero page
    std::fill(region.data() + begin, region.data() + end, uint8_t{1});
  });
  std::vector<Sink> sinks(static_cast<size_t>(kBytes / kTask));
  double seconds = BestSeconds(parallel, [&] {
    parallel.ForBlocks(kBytes, kTask, [&](int64_t begin, int64_t end) {
      loop(reinterpret_cast<const float*>(region.data() + begin), (end - begin) / 4,
           sinks[static_cast<size_t>(begin / kTask)].floats);
    });
  });
  return static_cast<double>(kBytes) / seconds;
}
#endif

}  // namespace

double SecondsOf(const Parallel& parallel) {
  timespec time{};
  clock_gettime(parallel.threads() == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Limits MeasureLimits(Parallel& parallel) {
  Limits limits;
#if defined(__x86_64__)
  Isa cpu = CpuIsa();
  bool wide = Allows(cpu, Isa::kAvx512);
  if (!Allows(cpu, Isa::kAvx2)) return limits;
  limits.read_bytes = ReadPerSecond(wide ? Avx512Read : Avx2Read, parallel);
  limits.f32_flops = PeakPerSecond(wide ? Avx512Fma : Avx2Fma, parallel);
  if (Allows(cpu, Isa::kAvx512Bf16)) limits.bf16_flops = PeakPerSecond(Avx512Bf16Dot, parallel);
  if (Allows(cpu, Isa::kAvx512Vnni)) limits.int8_ops = PeakPerSecond(Avx512VnniDot, parallel);
#elif defined(__aarch64__)
  if (!Allows(CpuIsa(), Isa::kNeon)) return limits;
  limits.read_bytes = ReadPerSecond(NeonRead, parallel);
  limits.f32_flops = PeakPerSecond(NeonFma, parallel);
  limits.int8_ops = PeakPerSecond(NeonDot, parallel);
#else
  (void)parallel;
#endif
  return limits;
}

}  // namespace deltaport
