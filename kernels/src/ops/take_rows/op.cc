#include "cuda/op.h"

#include "cuda/launches.h"
#include "ops/gather_rows/kernel.h"
#include "ops/ops.h"
#include "ort/op.h"

namespace deltaport {
namespace {

using namespace ort;

// x, rows -> y: rows of activations, by GatherRows' kernels.
struct TakeRowsNode {
  static constexpr const char* kName = "TakeRows";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {kFloats, kLongs};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {kFloats};
    return outputs;
  }

  static GatherRowsParams Plain() {
    GatherRowsParams params;
    params.table.format = Format::kF32;
    return params;
  }

  static GatherRowsParams Bind(const KernelContext& context) {
    GatherRowsParams params = Plain();
    Tensor x = context.Input(0, "x", kFloat, {kAny, kAny});  // [n, width]
    Require(x.dims[1] > 0, "x: rows of no width");
    params.table.out = x.dims[0];
    params.table.in = x.dims[1];
    params.table.data = x.data;
    Tensor rows = context.Input(1, "rows", kInt64, {kAny});  // [m]
    params.rows = rows.as<int64_t>();
    params.m = rows.dims[0];
    CheckRowIndexes(params);
    params.y = context.Output<float>(0, {params.m, params.table.in});  // [m, width]
    return params;
  }
};

struct TakeRowsOp : TakeRowsNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit TakeRowsOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), Plain())) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    SessionThreads threads(context);
    if (params.m > 0) kernel->run(params, threads);
  }

  const Kernel<GatherRowsParams>* kernel;
};

struct TakeRowsCudaOp : TakeRowsNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit TakeRowsCudaOp(const KernelInfo& info) : gpu(info) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    if (params.m == 0) return;
    params.rows = gpu.Table(params.rows, params.m);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    cuda::LaunchGatherRows(params, 4 * params.table.in, launcher);
  }

  cuda::OpSession gpu;
};

}  // namespace

const OrtCustomOp* TakeRows() {
  static const CustomOp<TakeRowsOp> op;
  return &op;
}

const OrtCustomOp* TakeRowsCuda() {
  static const CustomOp<TakeRowsCudaOp> op;
  return &op;
}

}  // namespace deltaport
