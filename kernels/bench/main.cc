// Rates of single kernels beside the limits of this machine, measured in the same run. Usage: kernel_bench [threads
// [linear|moe|delta|attention|small [WORD]]]: only the settings with this word in their name.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "core/region.h"
#include "core/team.h"
#include "limits/limits.h"
#include "matmul/resident.h"
#include "ops/gated_attention/kernel.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/linear/kernel.h"
#include "ops/rms_norm/kernel.h"
#include "ops/sparse_moe/kernel.h"
#include "ops/top_k/kernel.h"

namespace deltaport {
namespace {

// Bytes that stand for weights and activations of any format: small and positive, none a NaN.
class Bytes {
 public:
  explicit Bytes(int64_t n) : region_(n) {
    uint32_t random = 1;
    for (int64_t i = 0; i + 4 <= n; i += 4) {
      random = random * 1664525u + 1013904223u;
      uint32_t word = (random >> 8 & 0x007f007fu) | 0x3c003c00u;  // 2^-7 to 2^-6 as bf16, as f32 or twice as f16
      std::memcpy(region_.data() + i, &word, 4);
    }
  }
  uint8_t* data() const { return region_.data(); }
  float* floats() const { return reinterpret_cast<float*>(region_.data()); }

 private:
  Region region_;
};

struct Bench {
  explicit Bench(int64_t threads) : team(threads), limits(MeasureLimits(team)) {}

  template <class Body>
  double Seconds(const Body& body) {
    double best = 1e9;
    double begin = SecondsOf(team);
    for (int i = 0; i < 50 && (i < 3 || SecondsOf(team) - begin < 0.15); i++) {
      double start = SecondsOf(team);
      body();
      best = std::min(best, SecondsOf(team) - start);
    }
    return best;
  }

  void Print(const char* name, double seconds, double bytes, double flops, double peak) {
    std::printf("%-44s %9.1f us  %6.1f GB/s %5.1f %%  %7.1f GFLOP/s %5.1f %%\n", name, seconds * 1e6,
                bytes / seconds / 1e9, 100 * bytes / seconds / limits.read_bytes, flops / seconds / 1e9,
                100 * flops / seconds / peak);
  }

  double Peak(Compute compute, Format format = Format::kBf16) const {
    if (compute == Compute::kExact) return limits.f32_flops;
    return IsPlain(format) ? limits.bf16_flops : limits.int8_ops;
  }

  Team team;
  Limits limits;
};

struct Setting {
  Mode mode;
  Format format;
  const char* name;
  int64_t block = 0;  // columns of one scale
};

const Setting kSettings[] = {
    {{CpuIsa(), Compute::kFast, Memory::kResident}, Format::kBf16, "fast bf16"},
    {{CpuIsa(), Compute::kExact, Memory::kResident}, Format::kBf16, "exact bf16"},
    {{CpuIsa(), Compute::kExact, Memory::kResident}, Format::kF32, "exact f32"},
    {{CpuIsa(), Compute::kFast, Memory::kMapped}, Format::kBf16, "fast bf16 mapped"},
    {{Isa::kAvx2, Compute::kExact, Memory::kResident}, Format::kBf16, "exact bf16 avx2"},
    {{CpuIsa(), Compute::kFast, Memory::kResident}, Format::kInt8, "fast int8", 64},
    {{CpuIsa(), Compute::kFast, Memory::kResident}, Format::kInt4, "fast int4", 64},
    {{CpuIsa(), Compute::kFast, Memory::kResident}, Format::kInt4, "fast int4 by 32", 32},
    {{CpuIsa(), Compute::kExact, Memory::kResident}, Format::kInt8, "exact int8", 64},
    {{CpuIsa(), Compute::kFast, Memory::kMapped}, Format::kInt8, "fast int8 mapped", 64},
    {{Isa::kAvx512, Compute::kFast, Memory::kResident}, Format::kInt8, "fast int8 avx512", 64},
    {{Isa::kAvx2, Compute::kFast, Memory::kResident}, Format::kInt8, "fast int8 avx2", 64},
    {{Isa::kAvx2, Compute::kFast, Memory::kResident}, Format::kInt4, "fast int4 avx2", 64},
};

const float kCodebook[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// Scales of any weight: too few to matter where many weights share them.
const Bytes& Scales() {
  static const Bytes scales(16 << 20);
  return scales;
}

WeightView View(const Setting& setting, const uint8_t* data, int64_t out, int64_t in) {
  WeightView view;
  view.format = setting.format;
  view.out = out;
  view.in = in;
  view.data = data;
  if (setting.block == 0) return view;
  view.scale_format = Format::kF16;
  view.scales = Scales().data();
  view.block_out = 1;
  view.block_in = setting.block;
  view.codebook = kCodebook;
  return view;
}

int64_t StoredBytes(const WeightView& weight) {
  return weight.out * (weight.row_bytes() + RowBytes(weight.scale_format, weight.blocks_in()));
}

void BenchLinear(Bench& bench, const Setting& setting) {
  constexpr int64_t kIn = 1024, kOut = 6144, kMany = 64 << 10;  // weights that fit no cache, for few rows
  Bytes weights(kMany * kIn * 4);
  Bytes x(512 * kIn * 4);
  Bytes y(512 * kOut * 4);
  for (int64_t tokens : {1, 4, 16, 512}) {
    LinearParams p;
    p.x = x.floats();
    p.y = y.floats();
    p.tokens = tokens;
    p.weight = View(setting, weights.data(), tokens > 16 ? kOut : kMany, kIn);
    const Kernel<LinearParams>& kernel = Pick(setting.mode, p);
    Prepared prepared;
    Mode mode = setting.mode;
    mode.threads = bench.team.threads();
    prepared.Make(mode, kernel, {&p.weight});
    double seconds = bench.Seconds([&] { kernel.Run(p, bench.team); });
    char name[80];
    std::snprintf(name, sizeof name, "Linear %s, %ld rows", setting.name, static_cast<long>(tokens));
    bench.Print(name, seconds, static_cast<double>(StoredBytes(p.weight)),
                2.0 * static_cast<double>(tokens * p.weight.out * kIn), bench.Peak(kernel.compute, setting.format));
  }
}

void BenchMoe(Bench& bench, const Setting& setting) {
  constexpr int64_t kHidden = 1024, kExperts = 64, kInner = 512, kTop = 8;
  int64_t matrix = kHidden * kInner;
  Bytes weights((kExperts + 1) * 3 * matrix * 4);
  Bytes router(kExperts * kHidden * 4);
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> x(512 * kHidden);
  for (float& value : x) value = normal(random);
  for (int64_t i = 0; i < kExperts * kHidden; i++) {  // a router that spreads the tokens
    float value = normal(random);
    if (setting.format == Format::kF32) std::memcpy(router.data() + 4 * i, &value, 4);
    uint16_t half = Bf16FromF32(value);
    if (setting.format != Format::kF32) std::memcpy(router.data() + 2 * i, &half, 2);
  }
  std::vector<float> y(512 * kHidden);
  std::vector<MlpView> mlps;
  int64_t bytes = RowBytes(setting.format, matrix);
  for (int64_t e = 0; e <= kExperts; e++) {
    const uint8_t* at = weights.data() + e * 3 * bytes;
    mlps.push_back({View(setting, at, kInner, kHidden), View(setting, at + bytes, kInner, kHidden),
                    View(setting, at + 2 * bytes, kHidden, kInner)});
  }
  SparseMoeParams p;
  Format plain = setting.format == Format::kF32 ? Format::kF32 : Format::kBf16;
  p.router = View({setting.mode, plain, ""}, router.data(), kExperts, kHidden);
  std::vector<float> gate(kHidden, 0.01f);
  p.shared_expert_gate = gate.data();
  p.mlps = mlps.data();
  p.y = y.data();
  p.top_k = kTop;
  p.norm_topk_prob = true;
  const Kernel<SparseMoeParams>& kernel = Pick(setting.mode, p);
  std::vector<WeightView*> all = {&p.router};
  for (MlpView& mlp : mlps) all.insert(all.end(), {&mlp.gate, &mlp.up, &mlp.down});
  Prepared prepared;
  Mode mode = setting.mode;
  mode.threads = bench.team.threads();
  prepared.Make(mode, kernel, all);
  for (int64_t tokens : {1, 4, 16, 512}) {
    p.tokens = tokens;
    int64_t at = 0;  // other tokens, so other experts, every time
    double seconds = bench.Seconds([&] {
      p.x = x.data() + at * kHidden;
      at = (at + tokens) % (513 - tokens);
      kernel.Run(p, bench.team);
    });
    double pairs = static_cast<double>(tokens * (kTop + 1));
    double read = std::min<double>(static_cast<double>(kExperts), static_cast<double>(tokens * kTop)) + 1;
    char name[80];
    std::snprintf(name, sizeof name, "SparseMoe 64 top 8 %s, %ld rows", setting.name, static_cast<long>(tokens));
    bench.Print(name, seconds, read * 3 * static_cast<double>(StoredBytes(mlps[0].gate)),
                pairs * 6 * static_cast<double>(matrix), bench.Peak(kernel.compute, setting.format));
  }
}

void BenchDeltaNet(Bench& bench, Isa isa) {
  GatedDeltaNetParams p;
  p.kernel = 4;
  p.k_heads = 8;
  p.k_dim = 128;
  p.v_heads = 16;
  p.v_dim = 128;
  p.epsilon = 1e-6f;
  Bytes inputs(512 * (QkvzWidth(p) + BaWidth(p)) * 4);
  Bytes weights(p.conv_dim() * p.kernel * 4);
  Bytes state(4 * (p.recurrent_row() + p.conv_row()) * 4);
  Bytes y(512 * p.v_heads * p.v_dim * 4);
  p.in = GroupedInputs(p, inputs.floats(), inputs.floats() + 512 * QkvzWidth(p));
  p.conv_weight = p.a = p.dt_bias = p.norm_weight = weights.floats();
  p.recurrent_state = state.floats();
  p.conv_state = p.recurrent_state + 4 * p.recurrent_row();
  p.y = y.floats();
  const Kernel<GatedDeltaNetParams>& kernel = Pick(Mode{isa, Compute::kExact, Memory::kMapped}, p);
  for (int64_t tokens : {1, 4, 64, 512}) {
    int32_t lens[] = {0, static_cast<int32_t>(tokens)};
    int32_t load[] = {0};
    std::vector<int32_t> save(static_cast<size_t>(tokens), -1);
    save.back() = 1;
    p.cu_seq_lens = lens;
    p.load_slots = load;
    p.save_slots = save.data();
    p.seqs = 1;
    p.tokens = tokens;
    double seconds = bench.Seconds([&] { kernel.Run(p, bench.team); });
    char name[80];
    std::snprintf(name, sizeof name, "GatedDeltaNet %s, %ld tokens", IsaName(isa), static_cast<long>(tokens));
    bench.Print(name, seconds, 2.0 * static_cast<double>(p.recurrent_row() * 4),
                6.0 * static_cast<double>(tokens * p.recurrent_row()), bench.limits.f32_flops);
  }
}

void BenchAttention(Bench& bench, Isa isa, Compute compute, dp_kv_type type, int64_t past) {
  GatedAttentionParams p;
  p.q_heads = 8;
  p.rotary = 32;
  p.epsilon = 1e-6f;
  p.cache.type = type;
  p.cache.block = 32;
  p.cache.kv_heads = 2;
  p.cache.head_dim = 128;
  int64_t blocks = (past + 512) / 32 + 1;
  Bytes keys(blocks * p.cache.block_bytes());
  Bytes values(blocks * p.cache.block_bytes());
  p.cache.keys = keys.data();
  p.cache.values = values.data();
  Bytes inputs(512 * (16 + 4) * 128 * 4);
  Bytes small(512 * 32 * 4);
  std::vector<float> y(512 * 8 * 128);
  p.q_gate = inputs.floats();
  p.k = p.q_gate + 512 * 16 * 128;
  p.v = p.k + 512 * 2 * 128;
  p.q_norm = p.k_norm = p.cos_sin = small.floats();
  p.y = y.data();
  p.seqs = 1;
  std::vector<int32_t> table;
  for (int64_t i = 0; i < blocks; i++) table.push_back(static_cast<int32_t>(i));
  p.block_table = table.data();
  p.max_blocks = blocks;
  const Kernel<GatedAttentionParams>& kernel = Pick(Mode{isa, compute, Memory::kMapped}, p);
  for (int64_t tokens : {1, 4, 512}) {
    int32_t lens[] = {0, static_cast<int32_t>(tokens)};
    int32_t pasts[] = {static_cast<int32_t>(past)};
    p.cu_seq_lens = lens;
    p.past_lens = pasts;
    p.tokens = tokens;
    double seconds = bench.Seconds([&] { kernel.Run(p, bench.team); });
    double seen = static_cast<double>(tokens) * (static_cast<double>(past) + static_cast<double>(tokens) / 2);
    char name[80];
    std::snprintf(name, sizeof name, "GatedAttention %s kv %d past %ld, %ld tokens", IsaName(kernel.isa),
                  static_cast<int>(type), static_cast<long>(past), static_cast<long>(tokens));
    bench.Print(name, seconds, static_cast<double>((past + tokens) / 32 * p.cache.block_bytes() * 2),
                seen * 8 * 128 * 4, bench.Peak(kernel.compute));
  }
}

void BenchSmall(Bench& bench) {
  Bytes x(512 * 1024 * 4);
  std::vector<float> y(512 * 1024);
  std::vector<float> sum(512 * 1024);
  RmsNormParams p;
  p.x = p.weight = p.residual = x.floats();
  p.y = y.data();
  p.sum = sum.data();
  p.hidden = 1024;
  p.epsilon = 1e-6f;
  const Kernel<RmsNormParams>& kernel = Pick(kSettings[0].mode, p);
  for (int64_t tokens : {1, 512}) {
    p.tokens = tokens;
    double seconds = bench.Seconds([&] { kernel.Run(p, bench.team); });
    bench.Print(tokens == 1 ? "RmsNorm 1024, 1 row" : "RmsNorm 1024, 512 rows", seconds,
                static_cast<double>(tokens * 1024 * 16), static_cast<double>(tokens * 1024 * 5),
                bench.limits.f32_flops);
  }
  TopKParams top;
  Bytes logits(151936 * 4);
  float values[40];
  int64_t ids[40];
  std::mt19937 random(3);
  for (int64_t i = 0; i < 151936; i++) logits.floats()[i] = static_cast<float>(random()) * 1e-9f;
  top.logits = logits.floats();
  top.values = values;
  top.ids = ids;
  top.n = 1;
  top.vocab = 151936;
  for (int64_t k : {1, 40}) {
    top.k = k;
    const Kernel<TopKParams>& kernel_k = Pick(kSettings[0].mode, top);
    double seconds = bench.Seconds([&] { kernel_k.Run(top, bench.team); });
    bench.Print(k == 1 ? "TopK 1 of 151936" : "TopK 40 of 151936", seconds, 151936 * 4, 151936, bench.limits.f32_flops);
  }
  double seconds = bench.Seconds([&] {
    for (int i = 0; i < 1000; i++) bench.team.For(2, [](int64_t) {});
  });
  std::printf("an empty parallel loop: %.2f us\n", seconds * 1e3);
}

}  // namespace
}  // namespace deltaport

int main(int argc, char** argv) {
  using namespace deltaport;
  Bench bench(argc > 1 ? std::atol(argv[1]) : 2);
  const char* only = argc > 2 ? argv[2] : "";
  auto wanted = [&](const char* name) { return *only == '\0' || std::strcmp(only, name) == 0; };
  std::printf("%ld threads: read %.1f GB/s, f32 %.1f, bf16 %.1f GFLOP/s, int8 %.1f GOP/s\n",
              static_cast<long>(bench.team.threads()), bench.limits.read_bytes / 1e9, bench.limits.f32_flops / 1e9,
              bench.limits.bf16_flops / 1e9, bench.limits.int8_ops / 1e9);
  for (const Setting& setting : kSettings) {
    if (!Allows(CpuIsa(), setting.mode.isa)) continue;
    if (argc > 3 && std::strstr(setting.name, argv[3]) == nullptr) continue;
    if (wanted("linear")) BenchLinear(bench, setting);
    if (wanted("moe")) BenchMoe(bench, setting);
  }
  if (wanted("delta")) {
    for (Isa isa : {Isa::kAvx512, Isa::kAvx2}) {
      if (Allows(CpuIsa(), isa)) BenchDeltaNet(bench, isa);
    }
  }
  if (wanted("attention")) {
    for (int64_t past : {128, 8192}) {
      BenchAttention(bench, CpuIsa(), Compute::kFast, DP_KV_BF16, past);
      BenchAttention(bench, CpuIsa(), Compute::kExact, DP_KV_F32, past);
    }
  }
  if (wanted("small")) BenchSmall(bench);
  return 0;
}
