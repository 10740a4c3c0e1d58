#include "cuda_shim/twins.h"

#include "cuda/launch/products.h"

namespace deltaport::test {

using namespace cuda;
using shim::ShimLauncher;

uint8_t* DeviceWeights::Allocate(int64_t bytes) {
  memory_.emplace_back(new uint8_t[static_cast<size_t>(bytes)]());
  return memory_.back().get();
}

const uint8_t* DeviceWeights::Copy(const uint8_t* from, int64_t bytes) {
  if (from == nullptr) return nullptr;
  uint8_t* to = Allocate(bytes);
  std::memcpy(to, from, static_cast<size_t>(bytes));
  return to;
}

WeightView DeviceWeights::Upload(const WeightView& weight) {
  WeightView view = weight;
  if (weight.data == nullptr) return view;
  int64_t row_bytes = DeviceRowBytes(weight.format, weight.in);
  uint8_t* data = Allocate(weight.out * row_bytes);
  for (int64_t r = 0; r < weight.out; r++) {
    std::memcpy(data + r * row_bytes, weight.row(r), static_cast<size_t>(weight.row_bytes()));
  }
  view.data = data;
  if (weight.scales != nullptr) {
    int64_t scales = CeilDiv(weight.out, weight.block_out) * weight.blocks_in();
    view.scales = Copy(weight.scales, RowBytes(weight.scale_format, scales));
    view.zero_points = Copy(weight.zero_points, scales);
  }
  return view;
}

MlpView DeviceWeights::Upload(const MlpView& mlp) { return {Upload(mlp.gate), Upload(mlp.up), Upload(mlp.down)}; }

namespace {

template <class Params, int32_t kCapability = 80>
void RunTwin(Isa, Compute compute, const Params& params, Parallel&) {
  ShimLauncher launcher(compute);
  launcher.set_capability(kCapability);
  LaunchOnShim(params, launcher);
}

template <class Params>
Kernel<Params> Exact() {
  return {Isa::kReference, Compute::kExact, nullptr, nullptr, RunTwin<Params>};
}

// The twin for tensor cores: it rounds what it multiplies by these weights.
template <class Params>
Kernel<Params> Fast(bool (*takes)(Isa, Compute, const Params&)) {
  return {Isa::kReference, Compute::kFast, takes, nullptr, RunTwin<Params>};
}

// The twin of a device with wgmma.
Kernel<LinearParams> Hopper() {
  auto takes = [](Isa, Compute, const LinearParams& params) { return params.weight.format == Format::kBf16; };
  return {Isa::kReference, Compute::kFast, takes, nullptr, RunTwin<LinearParams, 90>};
}

bool SuitsTensorCores(const MlpView& mlp) {
  return cuda::SuitsTensorCores(mlp.gate) && cuda::SuitsTensorCores(mlp.up) && cuda::SuitsTensorCores(mlp.down);
}

bool TakesLinear(Isa, Compute, const LinearParams& params) { return cuda::SuitsTensorCores(params.weight); }
bool TakesMlp(Isa, Compute, const GatedMlpParams& params) { return SuitsTensorCores(params.mlp); }
bool TakesMoe(Isa, Compute, const SparseMoeParams& params) {
  return SuitsTensorCores(params.mlps[0]) && SuitsTensorCores(params.mlps[params.experts()]);
}

void AddParts(const MlpView& mlp, std::vector<WeightParts>& parts) {
  for (const WeightView& weight : {mlp.gate, mlp.up, mlp.down}) parts.push_back(PartsOf(weight));
}

// Two experts at a time; those of the call before are gone.
class TwoExperts : public HostExperts {
 public:
  explicit TwoExperts(const MlpView* mlps) : mlps_(mlps) {}

  int64_t most() const override { return 2; }
  std::vector<int32_t> Read(const int32_t* device, int64_t n) override { return {device, device + n}; }
  void Write(void* device, const void* host, int64_t bytes) override {
    std::memcpy(device, host, static_cast<size_t>(bytes));
  }
  std::vector<WeightParts> Bring(const std::vector<int32_t>& experts) override {
    Require(experts.size() <= 2, "two experts at a time");
    weights_ = DeviceWeights();
    std::vector<WeightParts> parts;
    for (int32_t e : experts) AddParts(weights_.Upload(mlps_[e]), parts);
    return parts;
  }

 private:
  const MlpView* mlps_;
  DeviceWeights weights_;
};

void RunByTwos(Isa, Compute compute, const SparseMoeParams& params, Parallel&) {
  ShimLauncher launcher(compute);
  DeviceWeights weights;
  SparseMoeParams device = params;
  device.router = weights.Upload(params.router);
  TwoExperts experts(params.mlps);
  LaunchSparseMoe(device, weights.Upload(params.mlps[params.experts()]), experts, launcher);
}

// The twin whose experts stay in host memory.
Kernel<SparseMoeParams> ByTwos(Compute compute, bool (*takes)(Isa, Compute, const SparseMoeParams&)) {
  return {Isa::kReference, compute, takes, nullptr, RunByTwos};
}

}  // namespace

template <>
void LaunchOnShim(const RmsNormParams& params, Launcher& launcher) {
  LaunchRmsNorm(params, launcher);
}

template <>
void LaunchOnShim(const LinearParams& params, Launcher& launcher) {
  DeviceWeights weights;
  LinearParams device = params;
  device.weight = weights.Upload(params.weight);
  LaunchLinear(device, launcher);
}

template <>
void LaunchOnShim(const GatedMlpParams& params, Launcher& launcher) {
  DeviceWeights weights;
  GatedMlpParams device = params;
  device.mlp = weights.Upload(params.mlp);
  LaunchGatedMlp(device, launcher);
}

template <>
void LaunchOnShim(const SparseMoeParams& params, Launcher& launcher) {
  DeviceWeights weights;
  SparseMoeParams device = params;
  device.router = weights.Upload(params.router);
  std::vector<WeightParts> parts;  // [experts, 3]
  for (int64_t e = 0; e < params.experts(); e++) AddParts(weights.Upload(params.mlps[e]), parts);
  LaunchSparseMoe(device, weights.Upload(params.mlps[params.experts()]), parts.data(), launcher);
}

template <>
void LaunchOnShim(const GatherRowsParams& params, Launcher& launcher) {
  DeviceWeights weights;
  GatherRowsParams device = params;
  device.table = weights.Upload(params.table);
  LaunchGatherRows(device, DeviceRowBytes(params.table.format, params.table.in), launcher);
}

template <>
void LaunchOnShim(const ConcatParams& params, Launcher& launcher) {
  LaunchConcat(params, launcher);
}

template <>
void LaunchOnShim(const GatedAttentionParams& params, Launcher& launcher) {
  LaunchGatedAttention(params, launcher);
}

template <>
void LaunchOnShim(const GatedDeltaNetParams& params, Launcher& launcher) {
  LaunchGatedDeltaNet(params, launcher);
}

template <>
void LaunchOnShim(const RotaryTableParams& params, Launcher& launcher) {
  LaunchRotaryTable(params, launcher);
}

template <>
void LaunchOnShim(const TopKParams& params, Launcher& launcher) {
  LaunchTopK(params, launcher);
}

#define TWINS(Params, ...)                                          \
  template <>                                                       \
  const std::vector<Kernel<Params>>& CudaTwins<Params>() {          \
    static const std::vector<Kernel<Params>> twins = {__VA_ARGS__}; \
    return twins;                                                   \
  }

TWINS(ConcatParams, Exact<ConcatParams>())
TWINS(GatedAttentionParams, Exact<GatedAttentionParams>(), Fast<GatedAttentionParams>(nullptr))
TWINS(GatedDeltaNetParams, Exact<GatedDeltaNetParams>(), Fast<GatedDeltaNetParams>(nullptr))
TWINS(GatedMlpParams, Exact<GatedMlpParams>(), Fast<GatedMlpParams>(TakesMlp))
TWINS(GatherRowsParams, Exact<GatherRowsParams>())
TWINS(LinearParams, Exact<LinearParams>(), Fast<LinearParams>(TakesLinear), Hopper())
TWINS(RmsNormParams, Exact<RmsNormParams>())
TWINS(RotaryTableParams, Exact<RotaryTableParams>())
TWINS(SparseMoeParams, Exact<SparseMoeParams>(), ByTwos(Compute::kExact, nullptr), Fast<SparseMoeParams>(TakesMoe),
      ByTwos(Compute::kFast, TakesMoe))
TWINS(TopKParams, Exact<TopKParams>())

}  // namespace deltaport::test
