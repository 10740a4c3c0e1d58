#include "cuda/op.h"

#include "cuda/launches.h"
#include "ops/gather_rows/read.h"
#include "ops/ops.h"
#include "ort/op.h"

namespace deltaport {
namespace {

using namespace ort;

// x, rows -> y: rows of activations, by GatherRows' kernels.
struct TakeRowsNode : NoAttributes {
  static constexpr const char* kName = "TakeRows";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"x", kFloats}, {"rows", kLongs}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }

  static GatherRowsParams Plain() {
    GatherRowsParams params;
    params.table.format = Format::kF32;
    return params;
  }

  static GatherRowsParams Bind(const KernelContext& context) {
    GatherRowsParams params = Plain();
    ReadActivations(context, "x", params.table);
    ReadRows(context, 1, params);
    return params;
  }
};

struct TakeRowsOp : TakeRowsNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit TakeRowsOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), Plain())) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    SessionThreads threads(context);
    if (params.m > 0) kernel->Run(params, threads);
  }

  const Kernel<GatherRowsParams>* kernel;
};

struct TakeRowsCudaOp : TakeRowsNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit TakeRowsCudaOp(const KernelInfo& info) : gpu(info) {}

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = Bind(context);
    if (params.m == 0) return;
    gpu.OnReplay({CheckIndexesAgain, {params.m, params.table.out, gpu.Offset(params.rows, params.m)}});
    params.rows = gpu.Table(params.rows, params.m);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    cuda::LaunchGatherRows(params, 4 * params.table.in, launcher);
  }

  cuda::OpSession gpu;
};

}  // namespace

const RegisteredOp* TakeRows() {
  static const CustomOp<TakeRowsOp> op;
  return &op;
}

const RegisteredOp* TakeRowsCuda() {
  static const CustomOp<TakeRowsCudaOp> op;
  return &op;
}

}  // namespace deltaport
