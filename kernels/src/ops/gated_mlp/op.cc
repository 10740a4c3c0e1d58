#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "matmul/resident.h"
#include "ops/gated_mlp/kernel.h"
#include "ops/ops.h"
#include "ort/attributes.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

struct GatedMlpNode {
  static constexpr const char* kName = "GatedMlp";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"x", kFloats},
                                               {"gate", kWeight},
                                               {"gate_scales", kOptionalWeight},
                                               {"gate_zero_points", kOptionalWeight},
                                               {"up", kWeight},
                                               {"up_scales", kOptionalWeight},
                                               {"up_zero_points", kOptionalWeight},
                                               {"down", kWeight},
                                               {"down_scales", kOptionalWeight},
                                               {"down_zero_points", kOptionalWeight}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"activation", AttributeType::kString},
                                                            {"formats", AttributeType::kInts},
                                                            {"blocks", AttributeType::kInts},
                                                            {"codebook", AttributeType::kFloats, Presence::kOptional},
                                                            {"factors", AttributeType::kFloats, Presence::kOptional}};
    return attributes;
  }

  explicit GatedMlpNode(const KernelInfo& info) {
    WeightTensors gate = ReadWeight(info, 1, "gate");
    WeightTensors up = ReadWeight(info, 4, "up");
    WeightTensors down = ReadWeight(info, 7, "down");
    std::vector<int64_t> formats = info.Ints("formats", 3);
    std::vector<int64_t> blocks = info.Ints("blocks", 6);
    std::vector<Format> parsed;
    for (int64_t code : formats) parsed.push_back(ParseFormat("formats", code));
    std::vector<float> factors = ReadFactors(info, parsed);
    Storage storages[3];
    for (size_t i = 0; i < 3; i++) {
      storages[i] = {parsed[i], blocks[2 * i], blocks[2 * i + 1], nullptr, factors[i]};
      if (storages[i].format == Format::kInt4 && codebook == nullptr) codebook = ReadCodebook(info, true);
      storages[i].codebook = codebook.get();
    }
    Require(gate.weight.dims.size() == 2 && down.weight.dims.size() == 2, "gate: expected two dims");
    int64_t intermediate = gate.weight.dims[0];
    int64_t hidden = down.weight.dims[0];
    MlpView& mlp = base.mlp;
    mlp.gate = View(gate, "gate", storages[0], intermediate, hidden);
    mlp.up = View(up, "up", storages[1], intermediate, hidden);
    mlp.down = View(down, "down", storages[2], hidden, intermediate);
    base.activation = ReadActivation(info);
  }

  GatedMlpParams Bind(const KernelContext& context) const {
    GatedMlpParams params = base;
    Tensor x = context.Input(0, "x", kFloat, {kAny, base.mlp.gate.in});  // [tokens, hidden]
    params.x = x.as<float>();
    params.tokens = x.dims[0];
    params.y = context.Output<float>(0, x.dims);  // [tokens, hidden]
    return params;
  }

  std::unique_ptr<const Codebook> codebook;
  GatedMlpParams base;
};

struct GatedMlpOp : GatedMlpNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit GatedMlpOp(const KernelInfo& info) : GatedMlpNode(info) {
    Mode mode = info.SessionMode();
    kernel = &Pick(mode, base);
    prepared.Make(mode, *kernel, {&base.mlp.gate, &base.mlp.up, &base.mlp.down});
  }

  void Compute(const KernelContext& context) const {
    GatedMlpParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<GatedMlpParams>* kernel;
  Prepared prepared;
};

struct GatedMlpCudaOp : GatedMlpNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit GatedMlpCudaOp(const KernelInfo& info) : GatedMlpNode(info), gpu(info), mlp(gpu.Mlp(base.mlp)) {}

  void Compute(const KernelContext& context) const {
    GatedMlpParams params = Bind(context);
    params.mlp = mlp.view();
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.tokens > 0) cuda::LaunchGatedMlp(params, launcher);
  }

  cuda::OpSession gpu;
  cuda::DeviceMlp mlp;
};

}  // namespace

const RegisteredOp* GatedMlp() {
  static const CustomOp<GatedMlpOp> op;
  return &op;
}

const RegisteredOp* GatedMlpCuda() {
  static const CustomOp<GatedMlpCudaOp> op;
  return &op;
}

}  // namespace deltaport
