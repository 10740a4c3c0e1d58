#include "ort/op.h"

#include "ops/ops.h"

namespace deltaport {
namespace {

using namespace ort;

// x f32 [n], constant i64 [2, 3] = 0 ... 5, absent -> y = 2 x, absent. Uses every slot of abi.h that an op uses and
// compares what comes with what the self-test model holds: one difference means that the table is laid out otherwise.
struct SelfTestOp {
  static constexpr const char* kName = "SelfTest";
  static constexpr Provider kProvider = Provider::kCpu;
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"x", kFloats}, {"constant", kLongs}, {"absent", kOptionalFloats}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}, {"absent", kOptionalFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"real", AttributeType::kFloat},
                                                            {"whole", AttributeType::kInt},
                                                            {"text", AttributeType::kString},
                                                            {"reals", AttributeType::kFloats},
                                                            {"wholes", AttributeType::kInts}};
    return attributes;
  }

  explicit SelfTestOp(const KernelInfo& info) {
    Same("node name", info.NodeName() == "self_test");
    Same("float attribute", info.Float("real") == 0.5f);
    Same("int attribute", info.Int("whole") == -3);
    Same("string attribute", info.String("text") == "deltaport");
    Same("floats attribute", info.Floats("reals", 2) == std::vector<float>{1.5f, -2.5f});
    Same("ints attribute", info.Ints("wholes", 3) == std::vector<int64_t>{7, -8, 9});
    Same("config entry", info.SessionMode().compute == Compute::kExact);
    Same("computed input", !info.Constant(0));
    Same("absent input", !info.Constant(2));
    Tensor constant = info.RequireConstant(1, "constant");
    Expect(constant, "constant", kInt64, {2, 3});
    for (int64_t i = 0; i < 6; i++) Same("constant", constant.as<int64_t>()[i] == i);
  }

  void Compute(const KernelContext& context) const {
    Tensor x = context.Input(0, "x", kFloat, {kAny});  // [n]
    Same("absent input", !context.Optional(2));
    Same("absent output", context.Output<float>(1, x.dims) == nullptr);
    float* y = context.Output<float>(0, x.dims);  // [n]
    SessionThreads(context).For(x.dims[0], [&](int64_t i) { y[i] = 2 * x.as<float>()[i]; });
  }

  static void Same(const char* what, bool same) {
    Require(same, "this ONNX Runtime has another C ABI than Deltaport: wrong ", what);
  }
};

}  // namespace

const RegisteredOp* SelfTest() {
  static const CustomOp<SelfTestOp> op;
  return &op;
}

}  // namespace deltaport
