// What the shim finds, and that no CUDA kernel's result depends on the order of its threads.
#include <functional>

#include "cuda/device/base.h"
#include "cuda/device/ptx.h"
#include "cuda/launches.h"
#include "cuda_shim/twins.h"
#include "pools.h"
#include "values.h"

namespace deltaport::cuda {

struct PlantedArgs {
  float* y;  // [threads]
  bool barrier;
};

// Each thread reads what one of another warp has written.
KERNEL(planted, PlantedArgs, 128) {
  SHARED(float, values, 128);
  values[Thread()] = static_cast<float>(Thread());
  __syncwarp();
  if (a.barrier) __syncthreads();
  a.y[Thread()] = values[(Thread() + 32) % Threads()];
}

// Each thread reads what it has copied.
struct CopiedArgs {
  const float* x;  // [4 * threads]
  float* y;        // [threads]
  bool wait;
};

KERNEL(copied, CopiedArgs, 64) {
  SHARED(float, values, 4 * 64);
  values[4 * Thread() + 3] = 1;
  CopyAsync16(&values[4 * Thread()], &a.x[4 * Thread()], Thread() != 5);
  CommitCopies();
  if (a.wait) {
    WaitForCopies<0>();
  } else {
    WaitForCopies<1>();
  }
  a.y[Thread()] = values[4 * Thread() + 3];
}

// One product of ones.
struct MultipliedArgs {
  float* y;  // [128]
  bool wait;
};

KERNEL(multiplied, MultipliedArgs, 128) {
  SHARED_OF_LAUNCH(uint16_t, rows);  // [64 + 256, 64]
  for (int i = Thread(); i < (64 + 256) * 64; i += Threads()) rows[i] = 0x3f80;
  __syncthreads();
  float sums[kWgmmaSums] = {};
  WgmmaBf16(sums, rows, rows + 64 * 64);
  CommitWgmma();
  if (a.wait) {
    WaitForWgmma<0>(sums);
  } else {
    WaitForWgmma<1>(sums);
  }
  a.y[Thread()] = sums[Thread()];
}

KERNEL(half_waits, PlantedArgs, 64) {
  if (Thread() < 32) __syncthreads();
  a.y[Thread()] = 0;
}

}  // namespace deltaport::cuda

namespace deltaport::test {
namespace {

using shim::Order;

constexpr Order kOrders[] = {Order::kInTurn, Order::kForward, Order::kBackward};

// Runs an op in every order and compares what it writes; `y` is all of it.
template <class Params>
void CheckOrders(Compute compute, const Params& params, std::vector<float>& y, int32_t capability = 80) {
  std::vector<float> expected;
  std::vector<float> before = y;
  for (Order order : kOrders) {
    y = before;
    shim::ShimLauncher launcher(compute, order);
    launcher.set_capability(capability);
    LaunchOnShim(params, launcher);
    if (expected.empty()) expected = y;
    CheckSame(y, expected);
  }
}

}  // namespace

#if !defined(__SANITIZE_THREAD__)  // which reports the planted race and ends the process
static std::vector<float> Planted(Order order, bool barrier) {
  std::vector<float> y(128);
  cuda::PlantedArgs args{y.data(), barrier};
  shim::RunGrid(order, {}, 128, 0, [&] { cuda::planted(args); });
  return y;
}

static bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

TEST(AMissingBarrierIsFoundByGreedyOrders) {
  std::vector<float> right = Planted(Order::kInTurn, true);
  for (Order order : kOrders) CHECK(SameBits(Planted(order, true), right));
  CHECK(!SameBits(Planted(Order::kForward, false), right));
  CHECK(!SameBits(Planted(Order::kBackward, false), right));
}
#endif

TEST(AMissingWaitForACopyIsNaN) {
  std::vector<float> x = Random(30).Floats(4 * 64);
  for (bool wait : {true, false}) {
    std::vector<float> y(64);
    cuda::CopiedArgs args{x.data(), y.data(), wait};
    shim::RunGrid(Order::kInTurn, {}, 64, 0, [&] { cuda::copied(args); });
    for (size_t i = 0; i < 64; i++) {
      CHECK_EQUAL(!wait, std::isnan(y[i]));
      if (wait) CHECK_EQUAL(i == 5 ? 0.0f : x[4 * i + 3], y[i]);
    }
  }
}

TEST(AMissingWaitForWgmmaIsNaN) {
  for (bool wait : {true, false}) {
    std::vector<float> y(128);
    cuda::MultipliedArgs args{y.data(), wait};
    shim::RunGrid(Order::kInTurn, {}, 128, (64 + 256) * 64 * 2, [&] { cuda::multiplied(args); });
    for (float value : y) CHECK(wait ? value == 16 : std::isnan(value));
  }
}

TEST(ABarrierThatHalfABlockMissesIsAnError) {
  std::vector<float> y(64);
  cuda::PlantedArgs args{y.data(), true};
  CHECK_ERROR("thread 0 waits at __syncthreads, where 32 of 64 threads are",
              shim::RunGrid(Order::kInTurn, {}, 64, 0, [&] { cuda::half_waits(args); }));
}

TEST(ProductsAreTheSameInEveryOrderOfThreads) {
  Random random(31);
  for (const WeightKind& kind : WeightKinds()) {
    for (int64_t tokens : {3, 17, 130}) {
      TestWeight weight = MakeWeight(random, kind, 19, 131);
      std::vector<float> x = random.Floats(tokens * 131);
      std::vector<float> y(static_cast<size_t>(tokens * 19), NAN);
      LinearParams params;
      params.x = x.data();
      params.weight = weight.view();
      params.y = y.data();
      params.tokens = tokens;
      if (tokens == 3) CheckOrders(Compute::kExact, params, y);
      CheckOrders(Compute::kFast, params, y);
    }
  }
}

TEST(EveryFp8CodeIsItsNumberOnTensorCores) {
  std::vector<uint8_t> codes(256 * 32);  // row r begins with code r
  for (size_t r = 0; r < 256; r++) codes[32 * r] = static_cast<uint8_t>(r);
  float scale = 1;
  LinearParams params;
  params.weight.format = Format::kFp8;
  params.weight.out = 256;
  params.weight.in = 32;
  params.weight.data = codes.data();
  params.weight.scale_format = Format::kF32;
  params.weight.scales = reinterpret_cast<const uint8_t*>(&scale);
  params.weight.block_out = 256;
  params.weight.block_in = 32;
  for (int64_t tokens : {1, 17}) {
    std::vector<float> x(static_cast<size_t>(tokens * 32));
    x[0] = 1;
    std::vector<float> y(static_cast<size_t>(tokens * 256));
    params.x = x.data();
    params.y = y.data();
    params.tokens = tokens;
    shim::ShimLauncher launcher(Compute::kFast);
    LaunchOnShim(params, launcher);
    for (size_t r = 0; r < 256; r++) {
      float expected = F32FromFp8(static_cast<uint8_t>(r));
      CHECK(std::isnan(expected) ? std::isnan(y[r]) : y[r] == expected);
    }
  }
}

TEST(WgmmaIsTheSameInEveryOrderOfThreads) {
  Random random(36);
  TestWeight weight = MakeWeight(random, Format::kBf16, 70, 331);
  std::vector<float> x = random.Floats(257 * 331);
  std::vector<float> y(257 * 70, NAN);
  LinearParams params;
  params.x = x.data();
  params.weight = weight.view();
  params.y = y.data();
  params.tokens = 257;
  CheckOrders(Compute::kFast, params, y, 90);
}

TEST(NormsAndTopKAreTheSameInEveryOrderOfThreads) {
  Random random(32);
  std::vector<float> x = random.Floats(3 * 700);
  std::vector<float> weight = random.Floats(700);
  std::vector<float> y(x.size(), NAN);
  RmsNormParams norm;
  norm.x = x.data();
  norm.weight = weight.data();
  norm.y = y.data();
  norm.tokens = 3;
  norm.hidden = 700;
  CheckOrders(Compute::kExact, norm, y);
  std::vector<float> values(3 * 40, NAN);
  std::vector<int64_t> ids(3 * 40);
  TopKParams top;
  top.logits = x.data();
  top.values = values.data();
  top.ids = ids.data();
  top.n = 3;
  top.vocab = 700;
  top.k = 40;
  CheckOrders(Compute::kExact, top, values);
}

TEST(SparseMoeIsTheSameInEveryOrderOfThreads) {
  Random random(33);
  constexpr int64_t kExperts = 9;
  TestWeight router = MakeWeight(random, Format::kBf16, kExperts, 40);
  std::vector<TestWeight> weights;
  for (int64_t i = 0; i < 3 * (kExperts + 1); i++) {
    weights.push_back(MakeWeight(random, WeightKinds()[2], i % 3 == 2 ? 40 : 24, i % 3 == 2 ? 24 : 40));
  }
  std::vector<MlpView> mlps;
  for (size_t i = 0; i < weights.size(); i += 3) {
    mlps.push_back({weights[i].view(), weights[i + 1].view(), weights[i + 2].view()});
  }
  std::vector<float> gate = random.Floats(40);
  for (int64_t tokens : {2, 44}) {
    std::vector<float> x = random.Floats(tokens * 40);
    std::vector<float> y(x.size(), NAN);
    SparseMoeParams params;
    params.x = x.data();
    params.router = router.view();
    params.shared_expert_gate = gate.data();
    params.mlps = mlps.data();
    params.y = y.data();
    params.tokens = tokens;
    params.top_k = 3;
    CheckOrders(Compute::kExact, params, y);
    CheckOrders(Compute::kFast, params, y);
  }
}

TEST(SparseMoeOverWgmmaIsAsOverMma) {
  Random random(37);
  TestWeight router = MakeWeight(random, Format::kBf16, 2, 72);
  std::vector<TestWeight> weights;
  for (int64_t i = 0; i < 9; i++) {
    weights.push_back(MakeWeight(random, Format::kBf16, i % 3 == 2 ? 72 : 24, i % 3 == 2 ? 24 : 72));
  }
  std::vector<MlpView> mlps;
  for (size_t i = 0; i < weights.size(); i += 3) {
    mlps.push_back({weights[i].view(), weights[i + 1].view(), weights[i + 2].view()});
  }
  std::vector<float> gate = random.Floats(72);
  std::vector<float> x = random.Floats(261 * 72);
  SparseMoeParams params;
  params.x = x.data();
  params.router = router.view();
  params.shared_expert_gate = gate.data();
  params.mlps = mlps.data();
  params.tokens = 261;
  params.top_k = 2;
  std::vector<float> y[2];
  for (int i = 0; i < 2; i++) {
    y[i].assign(x.size(), NAN);
    params.y = y[i].data();
    shim::ShimLauncher launcher(Compute::kFast);
    launcher.set_capability(80 + 10 * i);
    LaunchOnShim(params, launcher);
  }
  CheckClose(y[1], {y[0].begin(), y[0].end()}, kFastBound);
}

TEST(DeltaNetIsTheSameInEveryOrderOfThreads) {
  Random random(34);
  GatedDeltaNetParams params;
  params.tokens = 30;
  params.seqs = 2;
  params.kernel = 4;
  params.k_heads = 2;
  params.k_dim = 24;
  params.v_heads = 4;
  params.v_dim = 40;
  params.epsilon = 1e-6f;
  std::vector<float> qkvz = random.Floats(params.tokens * QkvzWidth(params));
  std::vector<float> ba = random.Floats(params.tokens * BaWidth(params));
  std::vector<float> conv_weight = random.Floats(params.conv_dim() * params.kernel, 0.5f);
  std::vector<float> a(4, 0.5f);
  std::vector<float> dt_bias = random.Floats(4);
  std::vector<float> norm_weight = random.Floats(40);
  std::vector<int32_t> cu_seq_lens = {0, 27, 30};
  std::vector<int32_t> load_slots = {-1, 0};
  std::vector<int32_t> save_slots(30, -1);
  save_slots[26] = 1;
  save_slots[29] = 2;
  // the output, then both states: all that it writes
  size_t outputs = static_cast<size_t>(params.tokens * params.v_heads * params.v_dim);
  size_t convs = static_cast<size_t>(3 * params.conv_row());
  std::vector<float> y = random.Floats(static_cast<int64_t>(outputs + convs) + 3 * params.recurrent_row());
  params.in = GroupedInputs(params, qkvz.data(), ba.data());
  params.conv_weight = conv_weight.data();
  params.a = a.data();
  params.dt_bias = dt_bias.data();
  params.norm_weight = norm_weight.data();
  params.cu_seq_lens = cu_seq_lens.data();
  params.load_slots = load_slots.data();
  params.save_slots = save_slots.data();
  params.y = y.data();
  params.conv_state = y.data() + outputs;
  params.recurrent_state = y.data() + outputs + convs;
  CheckOrders(Compute::kExact, params, y);
  CheckOrders(Compute::kFast, params, y);
}

TEST(AttentionIsTheSameInEveryOrderOfThreadsAndWideTable) {
  Random random(35);
  GatedAttentionParams params;
  params.tokens = 3;
  params.seqs = 2;
  params.q_heads = 6;
  params.max_blocks = 19;
  params.rotary = 8;
  params.epsilon = 1e-6f;
  std::vector<float> q_gate = random.Floats(3 * 6 * 2 * 48);
  std::vector<float> k = random.Floats(3 * 2 * 48);
  std::vector<float> norm = random.Floats(48);
  std::vector<float> cos_sin = random.Floats(3 * 8);
  std::vector<int32_t> cu_seq_lens = {0, 1, 3};
  std::vector<int32_t> past_lens = {599, 20};  // in fast mode three chunks of keys, and one
  std::vector<int32_t> block_table;
  for (int32_t i = 0; i < 38; i++) block_table.push_back(i);
  TestCache cache(DP_KV_F32, 38, 32, 2, 48);
  std::vector<float> keys = random.Floats(38 * 32 * 2 * 48);
  std::memcpy(cache.cache().keys, keys.data(), keys.size() * sizeof(float));
  std::memcpy(cache.cache().values, keys.data(), keys.size() * sizeof(float));
  std::vector<float> y(3 * 6 * 48, NAN);
  params.q_gate = q_gate.data();
  params.k = params.v = k.data();
  params.q_norm = params.k_norm = norm.data();
  params.cos_sin = cos_sin.data();
  params.cu_seq_lens = cu_seq_lens.data();
  params.past_lens = past_lens.data();
  params.block_table = block_table.data();
  params.cache = cache.cache();
  params.y = y.data();
  CheckOrders(Compute::kFast, params, y);
  CheckOrders(Compute::kExact, params, y);
  std::vector<float> one_chunk = y;
  // A table that has room for many chunks: they are launched, one token at a time, and found empty.
  params.max_blocks = 3 << 16;
  std::vector<int32_t> wide_table(static_cast<size_t>(2 * params.max_blocks), -1);
  for (size_t i = 0; i < 19; i++) {
    wide_table[i] = block_table[i];
    wide_table[static_cast<size_t>(params.max_blocks) + i] = block_table[19 + i];
  }
  params.block_table = wide_table.data();
  shim::ShimLauncher launcher(Compute::kExact);
  LaunchOnShim(params, launcher);
  CHECK_EQUAL(7, launcher.launches());
  CheckSame(y, one_chunk);
  params.max_blocks = 19;
  params.block_table = block_table.data();
  TestCache rounded(DP_KV_BF16, 38, 32, 2, 48);
  size_t halves = static_cast<size_t>(38 * rounded.cache().block_bytes());
  std::memcpy(rounded.cache().keys, keys.data(), halves);
  for (size_t i = 0; i < halves; i++) {
    rounded.cache().keys[i] &= 0xbf;  // numbers below 2
    rounded.cache().values[i] = rounded.cache().keys[i];
  }
  params.cache = rounded.cache();
  CheckOrders(Compute::kFast, params, y);
  for (float value : y) CHECK(std::isfinite(value));
}

}  // namespace deltaport::test
