#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/gather_rows/read.h"
#include "ops/ops.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

// The table is an initializer: rows of activations are TakeRows, since an op's input is in one memory only.
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
    static const std::vector<AttributeFormal> attributes = {{"format", AttributeType::kInt},
                                                            {"block", AttributeType::kInts},
                                                            {"codebook", AttributeType::kFloats, Presence::kOptional},
                                                            {"factor", AttributeType::kFloat, Presence::kOptional},
                                                            {"in", AttributeType::kInt, Presence::kOptional}};
    return attributes;
  }

  explicit GatherRowsNode(const KernelInfo& info) {
    matrix = ReadMatrix(info, 0, "table");
    base.table = matrix.view;  // [n, width]
  }

  GatherRowsParams Bind(const KernelContext& context) const {
    GatherRowsParams params = base;
    ReadRows(context, 3, params);
    return params;
  }

  Matrix matrix;
  GatherRowsParams base;
};

struct GatherRowsOp : GatherRowsNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit GatherRowsOp(const KernelInfo& info) : GatherRowsNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    SessionThreads threads(context);
    if (params.m > 0) kernel->Run(params, threads);
  }

  const Kernel<GatherRowsParams>* kernel;
};

struct GatherRowsCudaOp : GatherRowsNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit GatherRowsCudaOp(const KernelInfo& info) : GatherRowsNode(info), gpu(info), table(gpu.Weight(base.table)) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    if (params.m == 0) return;
    params.table = table.view();
    gpu.OnReplay({CheckIndexesAgain, {params.m, params.table.out, gpu.Offset(params.rows, params.m)}});
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
