#include "ort/op.h"

#include "ops/gather_rows/kernel.h"
#include "ops/ops.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

// table, scales, zero_points, rows -> y
struct GatherRowsOp {
  static constexpr const char* kName = "GatherRows";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {kWeight, kOptionalWeight, kOptionalWeight, kLongs};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {kFloats};
    return outputs;
  }

  explicit GatherRowsOp(const KernelInfo& info) {
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
    kernel = &Pick(info.SessionMode(), base);
  }

  void Compute(const KernelContext& context) const {
    GatherRowsParams params = base;
    if (!constant) ReadActivations(context, params.table);
    Tensor rows = context.Input(3, "rows", kInt64, {kAny});  // [m]
    params.rows = rows.as<int64_t>();
    params.m = rows.dims[0];
    for (int64_t i = 0; i < params.m; i++) {
      Require(params.rows[i] >= 0 && params.rows[i] < params.table.out, "rows: expected 0 to ", params.table.out - 1,
              ", found ", params.rows[i], " at ", i);
    }
    params.y = context.Output<float>(0, {params.m, params.table.in});  // [m, width]
    SessionThreads threads(context);
    if (params.m > 0) kernel->run(params, threads);
  }

  static void ReadActivations(const KernelContext& context, WeightView& table) {
    Tensor tensor = context.Input(0, "table", kFloat, {kAny, kAny});  // [n, width]
    Require(tensor.dims[1] > 0, "table: rows of no width");
    Require(!context.Optional(1) && !context.Optional(2), "table: activations have no scales");
    table.out = tensor.dims[0];
    table.in = tensor.dims[1];
    table.data = tensor.data;
  }

  std::unique_ptr<const Codebook> codebook;
  GatherRowsParams base;
  bool constant;
  const Kernel<GatherRowsParams>* kernel;
};

}  // namespace

const OrtCustomOp* GatherRows() {
  static const CustomOp<GatherRowsOp> op;
  return &op;
}

}  // namespace deltaport
