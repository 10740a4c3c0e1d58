#include "nodes.h"

#include <stdexcept>

#include "deltaport.h"
#include "values.h"

namespace deltaport::test {
namespace {

constexpr int64_t kSlots = 4;
constexpr int64_t kBlocks = 5;
constexpr int32_t kBlock = 4;
// 2 K heads of 3, 4 V heads of 5, 3 taps; 4 query and 2 KV heads of 6
const dp_layer kLayers[] = {{0, DP_LINEAR, 3, 32, 4, 3, 5, 0, 0}, {1, DP_FULL_ATTENTION, 0, 0, 0, 0, 0, 2, 6}};

struct Part {
  int32_t layer, part;
  int64_t items;
  size_t bytes;
};

const Part kParts[] = {{0, DP_CONV, kSlots, 4 * 2 * 32},
                       {0, DP_RECURRENT, kSlots, 4 * 4 * 3 * 5},
                       {1, DP_KEY, kBlocks, 4 * 2 * 4 * 6},
                       {1, DP_VALUE, kBlocks, 4 * 2 * 4 * 6}};

class Builder {
 public:
  explicit Builder(uint64_t seed) : random_(seed) {}

  NodeInput Floats(std::vector<int64_t> dims) {
    int64_t count = 1;
    for (int64_t dim : dims) count *= dim;
    return {MakeValue(ort::kFloat, std::move(dims), random_.Floats(count)), false};
  }

  NodeInput Weight(int32_t type, std::vector<int64_t> dims) {
    int64_t count = 1;
    for (int64_t dim : dims) count *= dim;
    std::vector<uint8_t> bytes(static_cast<size_t>(count) * ElementBytes(type));
    if (type == ort::kFloat) return {MakeValue(type, std::move(dims), random_.Floats(count, 0.5f), 1), true};
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random_.Below(120));
    return {MakeValue(type, std::move(dims), bytes, 1), true};
  }

  static NodeInput Ints(std::vector<int32_t> values) {
    int64_t n = static_cast<int64_t>(values.size());
    return {MakeValue(ort::kInt32, {n}, values), false};
  }

  static NodeInput Longs(std::vector<int64_t> values) {
    int64_t n = static_cast<int64_t>(values.size());
    return {MakeValue(ort::kInt64, {n}, values), false};
  }

  Random& random() { return random_; }

 private:
  Random random_;
};

const NodeInput kAbsent;

std::vector<float> Codebook() {
  std::vector<float> codebook;
  for (int i = 0; i < 16; i++) codebook.push_back(static_cast<float>(i - 8) / 8);
  return codebook;
}

std::vector<int64_t> Zeros(size_t n) { return std::vector<int64_t>(n); }

Node LinearNode(Builder& b, int32_t type) {
  Node node{"Linear",
            {{"format", int64_t{type}}, {"block", Zeros(2)}, {"exact", int64_t{0}}},
            {b.Floats({3, 7}), b.Weight(type, {5, 7}), kAbsent, kAbsent},
            1,
            {}};
  node.inputs.push_back(b.Weight(ort::kFloat, {5}));
  if (type == ort::kFloat8E4M3Fn) {
    node.attributes["block"] = std::vector<int64_t>{2, 4};
    node.inputs[2] = b.Weight(ort::kFloat, {3, 2});
  } else if (type == ort::kInt8) {
    node.attributes["block"] = std::vector<int64_t>{1, 4};
    node.inputs[2] = b.Weight(ort::kFloat16, {5, 2});
  } else if (type == ort::kUint8) {
    node.attributes = {{"format", static_cast<int64_t>(Format::kInt4)},
                       {"block", std::vector<int64_t>{1, 4}},
                       {"exact", int64_t{0}},
                       {"codebook", Codebook()},
                       {"in", int64_t{7}}};
    node.inputs[1] = b.Weight(ort::kUint8, {5, 4});
    node.inputs[2] = b.Weight(ort::kFloat16, {5, 2});
    node.inputs[3] = b.Weight(ort::kUint8, {5, 2});
  }
  return node;
}

// Two blocks a row, the second shorter.
Node Fp4LinearNode(Builder& b, Format scales) {
  bool is_nvfp4 = scales == Format::kFp8;
  return {"Linear",
          {{"format", static_cast<int64_t>(Format::kFp4)},
           {"block", std::vector<int64_t>{1, is_nvfp4 ? 16 : 32}},
           {"exact", int64_t{0}},
           {"factor", 0.5f},
           {"in", int64_t{35}}},
          {b.Floats({3, 35}), b.Weight(ort::kUint8, {5, 18}),
           is_nvfp4 ? b.Weight(ort::kFloat8E4M3Fn, {5, 3}) : b.Weight(ort::kUint8, {5, 2})},
          1,
          {}};
}

Node Fp4GatherNode(Builder& b) {
  return {"GatherRows",
          {{"format", static_cast<int64_t>(Format::kFp4)},
           {"block", std::vector<int64_t>{1, 16}},
           {"factor", 2.0f},
           {"in", int64_t{19}}},
          {b.Weight(ort::kUint8, {6, 10}), b.Weight(ort::kFloat8E4M3Fn, {6, 2}), kAbsent, Builder::Longs({5, 0, 2})},
          1,
          {}};
}

Node Fp4MlpNode(Builder& b) {
  return {"GatedMlp",
          {{"activation", std::string("silu")},
           {"formats", std::vector<int64_t>{23, ort::kFloat, 23}},
           {"blocks", std::vector<int64_t>{1, 16, 0, 0, 1, 32}},
           {"factors", std::vector<float>{0.25f, 1, 3}}},
          {b.Floats({3, 6}), b.Weight(ort::kUint8, {4, 3}), b.Weight(ort::kFloat8E4M3Fn, {4, 1}), kAbsent,
           b.Weight(ort::kFloat, {4, 6}), kAbsent, kAbsent, b.Weight(ort::kUint8, {6, 2}),
           b.Weight(ort::kUint8, {6, 1}), kAbsent},
          1,
          {}};
}

Node GatherNode(Builder& b) {
  return {"GatherRows",
          {{"format", int64_t{ort::kBfloat16}}, {"block", Zeros(2)}},
          {b.Weight(ort::kBfloat16, {6, 5}), kAbsent, kAbsent, Builder::Longs({5, 0, 2})},
          1,
          {}};
}

Node TakeNode(Builder& b) { return {"TakeRows", {}, {b.Floats({6, 5}), Builder::Longs({5, 0, 2})}, 1, {}}; }

Node NormNode(Builder& b) {
  return {"RmsNorm",
          {{"epsilon", 1e-6f}, {"unit_offset", int64_t{1}}},
          {b.Floats({4, 6}), b.Weight(ort::kFloat16, {6}), b.Floats({4, 6})},
          2,
          {}};
}

Node RotaryNode(Builder& b, const char* type) {
  NodeInput inv_freq = b.Weight(ort::kFloat, {std::string(type) == "longrope" ? 2 : 1, 2});
  Node node{"RotaryTable",
            {{"type", std::string(type)}, {"attention_factor", 1.0f}},
            {Builder::Longs({0, 1, 2, 9, 10}), Builder::Ints({0, 9}), Builder::Ints({0, 3, 5}), inv_freq},
            1,
            {}};
  if (std::string(type) != "default") node.attributes["original_max"] = int64_t{5};
  if (std::string(type) == "dynamic") {
    node.attributes["theta"] = 1e4f;
    node.attributes["factor"] = 2.0f;
    node.attributes["dim"] = int64_t{3};
  }
  return node;
}

Node AttentionNode(Builder& b, int64_t pool) {
  NodeInput table = {MakeValue(ort::kInt32, {2, 2}, std::vector<int32_t>{4, 1, 2, 0}), false};
  return {"GatedAttention",
          {{"layer", int64_t{1}}, {"epsilon", 1e-6f}},
          {b.Floats({5, 4 * 2 * 6}), b.Floats({5, 2 * 6}), b.Floats({5, 2 * 6}), b.Weight(ort::kFloat, {6}),
           b.Weight(ort::kBfloat16, {6}), b.Floats({5, 4}), Builder::Ints({0, 3, 5}), Builder::Ints({2, 4}), table,
           Builder::Longs({pool})},
          1,
          {}};
}

Node DeltaNetNode(Builder& b, int64_t pool, bool split) {
  NodeInput mixed = b.Floats({5, split ? 32 : 32 + 4 * 5});
  NodeInput gates = b.Floats({5, split ? 4 : 8});
  return {"GatedDeltaNet",
          {{"layer", int64_t{0}},
           {"layout", std::string(split ? "split" : "grouped")},
           {"activation", std::string("silu")},
           {"epsilon", 1e-6f},
           {"k_heads", int64_t{2}},
           {"k_dim", int64_t{3}}},
          {mixed, gates, split ? b.Floats({5, 4 * 5}) : kAbsent, split ? b.Floats({5, 4}) : kAbsent,
           b.Weight(ort::kFloat, {32, 1, 3}), b.Weight(ort::kFloat, {4}), b.Weight(ort::kFloat16, {4}),
           b.Weight(ort::kBfloat16, {5}), Builder::Ints({0, 3, 5}), Builder::Ints({-1, 2}),
           Builder::Ints({-1, 0, 1, -1, 3}), Builder::Longs({pool})},
          1,
          {}};
}

// 3 experts of width 4 and a shared one of width 3 in two shards
Node MoeNode(Builder& b, Format format) {
  bool is_int4 = format == Format::kInt4;
  bool is_fp4 = format == Format::kFp4;
  std::vector<int64_t> table(4 * 3 * 3 * 2, -1);
  int64_t end = 1;
  for (int64_t e = 0; e < 4; e++) {
    int64_t width = e < 3 ? 4 : 3;
    for (int64_t p = 0; p < 3; p++) {
      int64_t out = p < 2 ? width : 6;
      int64_t in = p < 2 ? 6 : width;
      int64_t sizes[] = {out * RowBytes(format, in),
                         is_int4  ? 2 * out * ((in + 3) / 4)
                         : is_fp4 ? out
                                  : 0,
                         is_int4 ? out * ((in + 3) / 4) : 0};
      for (int64_t q = 0; q < 3; q++) {
        if (sizes[q] == 0) continue;
        size_t entry = static_cast<size_t>(((e * 3 + p) * 3 + q) * 2);
        table[entry] = 1;
        table[entry + 1] = end;
        end += sizes[q];
      }
    }
  }
  Node node{"SparseMoe",
            {{"top_k", int64_t{2}},
             {"norm_topk_prob", int64_t{1}},
             {"intermediate", int64_t{4}},
             {"shared_intermediate", int64_t{3}},
             {"activation", std::string("gelu")},
             {"formats", std::vector<int64_t>(6, static_cast<int64_t>(format))},
             {"scale_formats", std::vector<int64_t>(6, is_int4  ? 10
                                                       : is_fp4 ? 17
                                                                : 0)},
             {"blocks", Zeros(12)},
             {"codebook", Codebook()}},
            {b.Floats({5, 6}), b.Weight(ort::kFloat, {3, 6}), b.Weight(ort::kFloat, {1, 6}),
             NodeInput{MakeValue(ort::kInt64, {4, 3, 3, 2}, table), true}, b.Weight(ort::kUint8, {2}),
             b.Weight(ort::kUint8, {end})},
            2,
            {}};
  if (is_fp4) {
    node.attributes["blocks"] = std::vector<int64_t>{1, 16, 1, 16, 1, 16, 1, 16, 1, 16, 1, 16};
    node.attributes["factors"] = std::vector<float>{1, 2, 3, 0.5f, 2, 3, 1, 2, 0.25f, 1, 4, 3};
  }
  if (is_int4) node.attributes["blocks"] = std::vector<int64_t>{1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4};
  return node;
}

Node MlpNode(Builder& b) {
  return {"GatedMlp",
          {{"activation", std::string("relu")},
           {"formats", std::vector<int64_t>{ort::kFloat16, ort::kFloat, ort::kBfloat16}},
           {"blocks", Zeros(6)}},
          {b.Floats({3, 6}), b.Weight(ort::kFloat16, {4, 6}), kAbsent, kAbsent, b.Weight(ort::kFloat, {4, 6}), kAbsent,
           kAbsent, b.Weight(ort::kBfloat16, {6, 4}), kAbsent, kAbsent},
          1,
          {}};
}

Node ConcatNode(Builder& b) { return {"Concat", {}, {b.Floats({4, 6}), b.Floats({4, 5})}, 1, {}}; }

Node SelfTestNode(Builder& b) {
  NodeInput constant = {MakeValue(ort::kInt64, {2, 3}, std::vector<int64_t>{0, 1, 2, 3, 4, 5}), true};
  return {"SelfTest",
          {{"real", 0.5f},
           {"whole", int64_t{-3}},
           {"text", std::string("deltaport")},
           {"reals", std::vector<float>{1.5f, -2.5f}},
           {"wholes", std::vector<int64_t>{7, -8, 9}}},
          {NodeInput{MakeValue(ort::kFloat, {4}, b.random().Floats(4)), false}, constant, kAbsent},
          1,
          {{"deltaport.compute", "exact"}}};
}

Node TopKNode(Builder& b) { return {"TopK", {}, {b.Floats({3, 9}), Builder::Ints({4})}, 2, {}}; }

}  // namespace

NodePool::NodePool() {
  if (dp_pool_create(kLayers, 2, kSlots, kBlocks, kBlock, DP_KV_F32, DP_CPU, &handle_) != 0) {
    throw std::runtime_error(dp_error());
  }
}

NodePool::~NodePool() { dp_pool_free(handle_); }

std::vector<uint8_t> NodePool::Contents() const {
  std::vector<uint8_t> contents;
  for (const Part& part : kParts) {
    for (int64_t i = 0; i < part.items; i++) {
      contents.resize(contents.size() + part.bytes);
      uint8_t* to = contents.data() + contents.size() - part.bytes;
      if (dp_pool_read(handle_, part.layer, part.part, i, to, part.bytes) != 0) throw std::runtime_error(dp_error());
    }
  }
  return contents;
}

void NodePool::Fill(uint8_t byte) const {
  for (const Part& part : kParts) {
    std::vector<uint8_t> bytes(part.bytes, byte);
    for (int64_t i = 0; i < part.items; i++) dp_pool_write(handle_, part.layer, part.part, i, bytes.data(), part.bytes);
  }
}

std::vector<Node> ValidNodes(int64_t pool) {
  Builder b(13);
  std::vector<Node> nodes;
  for (int32_t type : {ort::kFloat, ort::kBfloat16, ort::kFloat16, ort::kFloat8E4M3Fn, ort::kInt8, ort::kUint8}) {
    nodes.push_back(LinearNode(b, type));
  }
  for (Format scales : {Format::kFp8, Format::kE8m0}) nodes.push_back(Fp4LinearNode(b, scales));
  for (const char* type : {"default", "dynamic", "longrope"}) nodes.push_back(RotaryNode(b, type));
  for (Format format : {Format::kF32, Format::kBf16, Format::kInt4, Format::kFp4}) nodes.push_back(MoeNode(b, format));
  nodes.push_back(GatherNode(b));
  nodes.push_back(Fp4GatherNode(b));
  nodes.push_back(TakeNode(b));
  nodes.push_back(NormNode(b));
  nodes.push_back(AttentionNode(b, pool));
  for (bool split : {false, true}) nodes.push_back(DeltaNetNode(b, pool, split));
  nodes.push_back(MlpNode(b));
  nodes.push_back(Fp4MlpNode(b));
  nodes.push_back(ConcatNode(b));
  nodes.push_back(TopKNode(b));
  nodes.push_back(SelfTestNode(b));
  return nodes;
}

}  // namespace deltaport::test
