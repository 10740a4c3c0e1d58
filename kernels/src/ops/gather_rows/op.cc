#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/gather_rows/read.h"
#include "ops/ops.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

struct GatherRowsNode {
  static constexpr const char* kName = "GatherRows";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {
        {"weight", kWeight}, {"scales", kOptionalWeight}, {"zero_points", kOptionalWeight}, {"rows", kLongs}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"block", AttributeType::kInts},
                                                            {"codebook", AttributeType::kFloats, Presence::kOptional},
                                                            {"in", AttributeType::kInt, Presence::kOptional}};
    return attributes;
  }

  explicit GatherRowsNode(const KernelInfo& info) {
    std::vector<int64_t> block = info.Ints("block", 2);
    constant = info.Constant(0).has_value();
    if (constant) {
      WeightTensors tensors = ReadWeight(info, 0, "table");
      bool is_int4 = tensors.weight.type == kUint8;
      codebook = ReadCodebook(info, is_int4);
      int64_t in = is_int4 ? info.Int("in", 1, INT64_MAX) : kAny;
      base.table = View(tensors, "table", kAny, in, block[0], block[1], codebook.get());  // [n, width]
    } else {
      CheckQuantization("table", Format::kF32, Format::kNone, block[0], block[1]);
      base.table.format = Format::kF32;
    }
  }

  GatherRowsParams Bind(const KernelContext& context) const {
    GatherRowsParams params = base;
    if (!constant) {
      Require(!context.Optional(1) && !context.Optional(2), "table: activations have no scales");
      ReadActivations(context, "table", params.table);
    }
    ReadRows(context, 3, params);
    return params;
  }

  std::unique_ptr<const Codebook> codebook;
  GatherRowsParams base;
  bool constant;
};

struct GatherRowsOp : GatherRowsNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit GatherRowsOp(const KernelInfo& info) : GatherRowsNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    SessionThreads threads(context);
    if (params.m > 0) kernel->run(params, threads);
  }

  const Kernel<GatherRowsParams>* kernel;
};

// The table is an initializer: rows of activations are TakeRows, since an op's input is in one memory only.
struct GatherRowsCudaOp : GatherRowsNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit GatherRowsCudaOp(const KernelInfo& info) : GatherRowsNode(info), gpu(info) {
    Require(constant, "table: expected an initializer on a GPU, found activations; convert the model again");
    table = gpu.Weight(base.table);
  }

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    if (params.m == 0) return;
    params.table = table.view();
    params.rows = gpu.Table(params.rows, params.m);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    cuda::LaunchGatherRows(params, cuda::DeviceRowBytes(params.table.format, params.table.in), launcher);
  }

  cuda::OpSession gpu;
  cuda::DeviceWeight table;
};

}  // namespace

const RegisteredOp* GatherRows() {
  static const CustomOp<GatherRowsOp> op;
  return &op;
}

const RegisteredOp* GatherRowsCuda() {
  static const CustomOp<GatherRowsCudaOp> op;
  return &op;
}

}  // namespace deltaport
