#include "ort/op.h"

#include <optional>

#include "core/sizes.h"
#include "cuda/launches.h"
#include "cuda/op.h"
#include "matmul/resident.h"
#include "ops/ops.h"
#include "ops/sparse_moe/kernel.h"
#include "ort/attributes.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

constexpr size_t kShards = 64;
constexpr size_t kFirstShard = 4;
const char* const kProjections[] = {"gate", "up", "down"};

// Format, scales and block of one projection, of the experts or of the shared expert.
struct Projection {
  const char* name;
  Format format;
  Format scale_format;
  int64_t block_out;
  int64_t block_in;
  int64_t out;
  int64_t in;
};

// The shard files of a layer and its table of offsets.
class Shards {
 public:
  Shards(const KernelInfo& info, int64_t experts) : table_(info.RequireConstant(3, "experts")) {
    Expect(table_, "experts", kInt64, {experts + 1, 3, 3, 2});
    for (size_t i = 0; i < kShards; i++) {
      shards_.push_back(info.Constant(kFirstShard + i));
      if (shards_.back()) Expect(*shards_.back(), "shard", kUint8, {kAny});
    }
  }

  // Where a part of `bytes` bytes begins, or null where the table says that there is none.
  const uint8_t* Part(int64_t expert, int64_t projection, int64_t part, int64_t bytes) const {
    const int64_t* entry = table_.as<int64_t>() + ((expert * 3 + projection) * 3 + part) * 2;
    int64_t shard = LoadUnaligned<int64_t>(entry);
    int64_t offset = LoadUnaligned<int64_t>(entry + 1);
    if (shard == -1 && offset == -1) return nullptr;
    Require(shard >= 0 && shard < static_cast<int64_t>(kShards) && shards_[static_cast<size_t>(shard)],
            "experts: expert ", expert, " ", kProjections[projection], " part ", part, ": there is no shard ", shard);
    const Tensor& file = *shards_[static_cast<size_t>(shard)];
    Require(offset >= 0 && offset <= file.dims[0] && bytes <= file.dims[0] - offset, "experts: expert ", expert, " ",
            kProjections[projection], " part ", part, ": ", bytes, " bytes at ", offset, " end past the ", file.dims[0],
            " of shard ", shard);
    return file.data + offset;
  }

  WeightView Weight(int64_t expert, int64_t p, const Projection& projection, const Codebook* codebook) const {
    int64_t scales = 0;
    if (projection.scale_format != Format::kNone) {
      scales = Multiply(CeilDiv(projection.out, projection.block_out), CeilDiv(projection.in, projection.block_in));
    }
    WeightView view;
    view.format = projection.format;
    view.out = projection.out;
    view.in = projection.in;
    view.block_out = projection.block_out;
    view.block_in = projection.block_in;
    view.data = Part(expert, p, 0, Multiply(projection.out, RowBytes(projection.format, projection.in)));
    view.scale_format = projection.scale_format;
    view.scales = Part(expert, p, 1, RowBytes(projection.scale_format, scales));
    view.zero_points = Part(expert, p, 2, scales);
    view.codebook = ValuesOf(projection.format, codebook);
    Require(view.data != nullptr, "experts: expert ", expert, " has no ", projection.name);
    Require((view.scales != nullptr) == (scales > 0), "experts: expert ", expert, " ", projection.name,
            ": wrong scales for ", FormatName(view.format));
    Require(view.zero_points == nullptr || view.format == Format::kInt4, "experts: expert ", expert, " ",
            projection.name, ": a ", FormatName(view.format), " weight has no zero points");
    return view;
  }

 private:
  Tensor table_;                               // [experts + 1, 3, 3, 2]
  std::vector<std::optional<Tensor>> shards_;  // [kShards], each [bytes of the file]
};

struct SparseMoeNode {
  static constexpr const char* kName = "SparseMoe";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = [] {
      std::vector<Formal> formals = {
          {"x", kFloats}, {"router", kWeight}, {"shared_expert_gate", kWeight}, {"experts", kLongs}};
      for (size_t i = 0; i < kShards; i++) formals.push_back({"shard_" + std::to_string(i), kOptionalBytes});
      return formals;
    }();
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}, {"router_logits", kOptionalFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"top_k", AttributeType::kInt},
                                                            {"norm_topk_prob", AttributeType::kInt},
                                                            {"intermediate", AttributeType::kInt},
                                                            {"shared_intermediate", AttributeType::kInt},
                                                            {"activation", AttributeType::kString},
                                                            {"formats", AttributeType::kInts},
                                                            {"scale_formats", AttributeType::kInts},
                                                            {"blocks", AttributeType::kInts},
                                                            {"codebook", AttributeType::kFloats, Presence::kOptional},
                                                            {"factors", AttributeType::kFloats, Presence::kOptional}};
    return attributes;
  }

  explicit SparseMoeNode(const KernelInfo& info) {
    router = info.RequireConstant(1, "router");
    Require(IsPlainType(router.type), "router: expected float32, float16 or bfloat16, found ",
            Describe(router.type, router.dims));
    base.router = View({router, std::nullopt, std::nullopt}, "router", {static_cast<Format>(router.type)}, kAny,
                       kAny);  // [experts, hidden]
    int64_t experts = base.experts();
    gate = WidenPlain(info.RequireConstant(2, "shared_expert_gate"), "shared_expert_gate", {1, base.hidden()});
    base.shared_expert_gate = gate.data();  // [hidden]
    base.top_k = info.Int("top_k", 1, experts);
    base.norm_topk_prob = info.Int("norm_topk_prob", 0, 1) == 1;
    base.activation = ReadActivation(info);
    std::vector<Projection> projections = ReadProjections(info);
    std::vector<Format> formats;  // [experts + 1, 3]
    for (int64_t i = 0; i < 3 * (experts + 1); i++) {
      formats.push_back(projections[static_cast<size_t>(i < 3 * experts ? i % 3 : i % 3 + 3)].format);
    }
    std::vector<float> factors = ReadFactors(info, formats);  // [experts + 1, 3]
    Shards shards(info, experts);
    for (int64_t e = 0; e <= experts; e++) {
      MlpView mlp;
      WeightView* const weights[] = {&mlp.gate, &mlp.up, &mlp.down};
      for (int64_t p = 0; p < 3; p++) {
        const Projection& projection = projections[static_cast<size_t>(e < experts ? p : p + 3)];
        *weights[p] = shards.Weight(e, p, projection, codebook.get());
        weights[p]->factor = factors[static_cast<size_t>(3 * e + p)];
      }
      if (e > 0 && e < experts) RequireLikeTheFirst(e, mlp);
      mlps.push_back(mlp);
    }
    base.mlps = mlps.data();
    expert_options = info.Experts();
  }

  // A kernel is chosen by the first expert for all of them.
  void RequireLikeTheFirst(int64_t expert, const MlpView& mlp) const {
    const WeightView* const first[] = {&mlps[0].gate, &mlps[0].up, &mlps[0].down};
    const WeightView* const found[] = {&mlp.gate, &mlp.up, &mlp.down};
    for (size_t p = 0; p < 3; p++) {
      Require((first[p]->zero_points == nullptr) == (found[p]->zero_points == nullptr), "experts: expert ", expert, " ",
              kProjections[p], ": expected zero points where expert 0 has them and nowhere else");
    }
  }

  std::vector<Projection> ReadProjections(const KernelInfo& info) {
    std::vector<int64_t> formats = info.Ints("formats", 6);
    std::vector<int64_t> scale_formats = info.Ints("scale_formats", 6);
    std::vector<int64_t> blocks = info.Ints("blocks", 12);
    int64_t widths[] = {info.Int("intermediate", 1, INT32_MAX), info.Int("shared_intermediate", 1, INT32_MAX)};
    std::vector<Projection> projections;
    bool is_int4 = false;
    for (size_t i = 0; i < 6; i++) {
      int64_t width = widths[i / 3];
      bool down = i % 3 == 2;
      Projection projection{kProjections[i % 3],
                            ParseFormat("formats", formats[i]),
                            ParseScaleFormat("scale_formats", scale_formats[i]),
                            blocks[2 * i],
                            blocks[2 * i + 1],
                            down ? base.hidden() : width,
                            down ? width : base.hidden()};
      CheckQuantization(projection.name, projection.format, projection.scale_format, projection.block_out,
                        projection.block_in);
      is_int4 = is_int4 || projection.format == Format::kInt4;
      projections.push_back(projection);
    }
    codebook = ReadCodebook(info, is_int4);
    return projections;
  }

  SparseMoeParams Bind(const KernelContext& context) const {
    SparseMoeParams params = base;
    Tensor x = context.Input(0, "x", kFloat, {kAny, base.hidden()});  // [tokens, hidden]
    params.x = x.as<float>();
    params.tokens = x.dims[0];
    params.y = context.Output<float>(0, x.dims);                                         // [tokens, hidden]
    params.router_logits = context.Output<float>(1, {params.tokens, params.experts()});  // [tokens, experts]
    return params;
  }

  Tensor router;
  std::vector<float> gate;
  std::unique_ptr<const Codebook> codebook;
  std::vector<MlpView> mlps;  // [experts + 1]
  ExpertOptions expert_options;
  SparseMoeParams base;
};

struct SparseMoeOp : SparseMoeNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit SparseMoeOp(const KernelInfo& info) : SparseMoeNode(info) {
    Mode mode = info.SessionMode();
    kernel = &Pick(mode, base);
    std::vector<WeightView*> weights = {&base.router};
    for (MlpView& mlp : mlps) weights.insert(weights.end(), {&mlp.gate, &mlp.up, &mlp.down});
    prepared.Make(mode, *kernel, weights);
  }

  void Compute(const KernelContext& context) const {
    SparseMoeParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<SparseMoeParams>* kernel;
  Prepared prepared;
};

struct SparseMoeCudaOp : SparseMoeNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit SparseMoeCudaOp(const KernelInfo& info)
      : SparseMoeNode(info), gpu(info), gpu_router(gpu.Weight(base.router)), gpu_gate(gpu.Floats(gate)) {
    MappedFiles files;
    shared = gpu.Mlp(mlps.back(), files);
    mlps.pop_back();
    if (expert_options.on_host) {
      host_experts = gpu.ExpertsOnHost(mlps, base.top_k, expert_options.slots);
      return;
    }
    for (const MlpView& mlp : mlps) experts.push_back(gpu.Expert(mlp, files));
    parts.resize(3 * experts.size());
    gpu_parts =
        gpu.Late(parts.data(), static_cast<int64_t>(parts.size() * sizeof(cuda::WeightParts)), [this] { FillParts(); });
  }
  SparseMoeCudaOp(const SparseMoeCudaOp&) = delete;

  void FillParts() {
    cuda::WeightParts* next = parts.data();
    for (const cuda::DeviceMlp& expert : experts) {
      MlpView mlp = expert.view();
      for (const WeightView& view : {mlp.gate, mlp.up, mlp.down}) *next++ = cuda::PartsOf(view);
    }
  }

  void Compute(const KernelContext& context) const {
    SparseMoeParams params = Bind(context);
    params.router = gpu_router.view();
    params.shared_expert_gate = cuda::On<float>(gpu_gate);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.tokens == 0) return;
    if (host_experts != nullptr) {
      cuda::LaunchSparseMoe(params, shared.view(), *host_experts, launcher);
    } else {
      cuda::LaunchSparseMoe(params, shared.view(), cuda::On<cuda::WeightParts>(gpu_parts), launcher);
    }
  }

  cuda::OpSession gpu;
  cuda::DeviceWeight gpu_router;
  std::shared_ptr<const cuda::Upload> gpu_gate;
  cuda::DeviceMlp shared;
  std::vector<cuda::DeviceMlp> experts;
  std::vector<cuda::WeightParts> parts;  // [experts, 3 (gate, up, down)]
  std::shared_ptr<const cuda::Upload> gpu_parts;
  std::unique_ptr<cuda::HostExperts> host_experts;  // null = they are on the device
};

}  // namespace

const RegisteredOp* SparseMoe() {
  static const CustomOp<SparseMoeOp> op;
  return &op;
}

const RegisteredOp* SparseMoeCuda() {
  static const CustomOp<SparseMoeCudaOp> op;
  return &op;
}

}  // namespace deltaport
