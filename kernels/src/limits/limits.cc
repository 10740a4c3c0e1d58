#include "limits/limits.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "core/dispatch.h"
#include "core/team.h"

namespace deltaport {
namespace {

constexpr int64_t kTask = 1 << 20;  // bytes of a reading loop
constexpr int kRounds = 5;          // the best counts: others may be using the machine

template <class Body>
double BestSeconds(Parallel& parallel, int rounds, const Body& body) {
  double best = 1e9;
  for (int i = 0; i < rounds; i++) {
    double start = SecondsOf(parallel);
    body();
    best = std::min(best, SecondsOf(parallel) - start);
  }
  return best;
}

#if defined(__x86_64__)
struct alignas(64) Sink {
  float floats[16] = {};
};

double PeakPerSecond(PeakLoop loop, Parallel& parallel) {
  constexpr int64_t kLoops = 400 * 1000;
  std::vector<Sink> sinks(static_cast<size_t>(parallel.threads()));
  int64_t operations = loop(1, sinks[0].floats);
  double seconds = BestSeconds(parallel, kRounds, [&] {
    parallel.For(parallel.threads(), [&](int64_t i) { loop(kLoops, sinks[static_cast<size_t>(i)].floats); });
  });
  return static_cast<double>(operations * kLoops * parallel.threads()) / seconds;
}

// Null where the CPU has no vectors.
ReadLoop ReadLoopOf(Level cpu) {
  if (!Allows(cpu, Level::kAvx2)) return nullptr;
  return Allows(cpu, Level::kAvx512) ? Avx512Read : Avx2Read;
}

// Touched, or every page is the zero page.
Region Filled(int64_t bytes, Parallel& parallel) {
  Region region(bytes);
  parallel.ForBlocks(bytes, kTask, [&](int64_t begin, int64_t end) {
    std::fill(region.data() + begin, region.data() + end, uint8_t{1});
  });
  return region;
}

void Read(ReadLoop loop, const uint8_t* data, int64_t bytes, Parallel& parallel) {
  std::vector<Sink> sinks(static_cast<size_t>((bytes + kTask - 1) / kTask));
  parallel.ForBlocks(bytes, kTask, [&](int64_t begin, int64_t end) {
    loop(reinterpret_cast<const float*>(data + begin), (end - begin) / 4,
         sinks[static_cast<size_t>(begin / kTask)].floats);
  });
}

double ReadPerSecond(ReadLoop loop, Parallel& parallel) {
  constexpr int64_t kBytes = 256 << 20;
  Region region = Filled(kBytes, parallel);
  return static_cast<double>(kBytes) /
         BestSeconds(parallel, kRounds, [&] { Read(loop, region.data(), kBytes, parallel); });
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
  Level cpu = CpuLevel();
  ReadLoop read = ReadLoopOf(cpu);
  if (read == nullptr) return limits;
  limits.read_bytes = ReadPerSecond(read, parallel);
  limits.f32_flops = PeakPerSecond(Allows(cpu, Level::kAvx512) ? Avx512Fma : Avx2Fma, parallel);
  if (Allows(cpu, Level::kAvx512Bf16)) limits.bf16_flops = PeakPerSecond(Avx512Bf16Dot, parallel);
  if (Allows(cpu, Level::kAvx512Vnni)) limits.int8_ops = PeakPerSecond(Avx512VnniDot, parallel);
#else
  (void)parallel;
#endif
  return limits;
}

#if defined(__x86_64__)
ReadProbe::ReadProbe(int64_t threads, int64_t bytes) : threads_(threads), bytes_(bytes) {
  Team team(threads);
  region_ = Filled(bytes, team);
}

double ReadProbe::BytesPerSecond() const {
  ReadLoop loop = ReadLoopOf(CpuLevel());
  if (loop == nullptr) return 0;
  Team team(threads_);  // one that is kept would stay awake for a while beside what runs next
  double seconds = BestSeconds(team, 3, [&] { Read(loop, region_.data(), bytes_, team); });
  return static_cast<double>(bytes_) / seconds;
}
#else
ReadProbe::ReadProbe(int64_t threads, int64_t bytes) : threads_(threads), bytes_(bytes) {}

double ReadProbe::BytesPerSecond() const { return 0; }
#endif

}  // namespace deltaport
