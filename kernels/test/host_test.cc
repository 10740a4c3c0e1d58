// The ops from ONNX Runtime's side: what is right runs, what is wrong is refused in one line and changes no state.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "harness.h"
#include "nodes.h"
#include "values.h"

namespace deltaport::test {
namespace {

// What a stranger may do to a node; each returns false where it does not apply.
class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {}

  void Mutate(Node& node) {
    for (bool done = false; !done;) {
      switch (random_.Below(6)) {
        case 0:
          done = Attribute(node);
          break;
        case 1:
          done = Drop(node);
          break;
        case 2:
          done = Retype(node);
          break;
        case 3:
          done = Reshape(node);
          break;
        case 4:
          done = Values(node);
          break;
        default:
          done = Config(node);
      }
    }
  }

 private:
  int64_t OddInt() {
    static const int64_t odd[] = {0, 1, -1, 2, -2, 3, 5, 63, 64, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1 << 20};
    return odd[random_.Below(14)];
  }

  float OddFloat() {
    static const float odd[] = {0, -1, 1e30f, NAN, INFINITY, -INFINITY, 1e-30f};
    return odd[random_.Below(7)];
  }

  bool Attribute(Node& node) {
    if (node.attributes.empty()) return false;
    auto chosen = std::next(node.attributes.begin(), random_.Below(static_cast<int64_t>(node.attributes.size())));
    if (random_.Below(4) == 0) {
      node.attributes.erase(chosen);
      return true;
    }
    if (auto* value = std::get_if<float>(&chosen->second)) *value = OddFloat();
    if (auto* value = std::get_if<int64_t>(&chosen->second)) *value = OddInt();
    if (auto* value = std::get_if<std::string>(&chosen->second)) *value = random_.Below(2) == 0 ? "" : "unknown";
    if (auto* value = std::get_if<std::vector<float>>(&chosen->second)) {
      (*value)[static_cast<size_t>(random_.Below(static_cast<int64_t>(value->size())))] = OddFloat();
    }
    if (auto* value = std::get_if<std::vector<int64_t>>(&chosen->second)) {
      if (random_.Below(4) == 0) value->resize(static_cast<size_t>(random_.Below(14)));
      if (!value->empty()) (*value)[static_cast<size_t>(random_.Below(static_cast<int64_t>(value->size())))] = OddInt();
    }
    return true;
  }

  NodeInput* Present(Node& node) {
    NodeInput& input = node.inputs[static_cast<size_t>(random_.Below(static_cast<int64_t>(node.inputs.size())))];
    return input.value ? &input : nullptr;
  }

  bool Drop(Node& node) {
    if (random_.Below(4) == 0) {
      node.inputs.resize(static_cast<size_t>(random_.Below(static_cast<int64_t>(node.inputs.size()) + 1)));
      return !node.inputs.empty() || (node.inputs.push_back({}), true);
    }
    NodeInput* input = Present(node);
    if (input == nullptr) return false;
    if (random_.Below(2) == 0) {
      input->constant = !input->constant;
    } else {
      input->value.reset();
    }
    return true;
  }

  void Refill(OrtValue& value) {
    size_t size = ElementBytes(value.type);
    for (int64_t dim : value.dims) size *= static_cast<size_t>(dim);
    value.bytes.resize(value.skip + size);
    value.bytes.shrink_to_fit();
  }

  bool Retype(Node& node) {
    static const int32_t types[] = {1, 2, 3, 6, 7, 10, 16, 17, 11, 21};
    NodeInput* input = Present(node);
    if (input == nullptr) return false;
    input->value->type = types[random_.Below(10)];
    Refill(*input->value);
    return true;
  }

  bool Reshape(Node& node) {
    NodeInput* input = Present(node);
    if (input == nullptr) return false;
    std::vector<int64_t>& dims = input->value->dims;
    if (dims.empty() || random_.Below(5) == 0) {
      if (random_.Below(2) == 0 && !dims.empty()) {
        dims.pop_back();
      } else {
        dims.push_back(1 + random_.Below(3));
      }
    } else {
      int64_t& dim = dims[static_cast<size_t>(random_.Below(static_cast<int64_t>(dims.size())))];
      dim = random_.Below(3) == 0 ? random_.Below(20) : std::max<int64_t>(0, dim + random_.Below(3) - 1);
    }
    Refill(*input->value);
    return true;
  }

  bool Values(Node& node) {
    NodeInput* input = Present(node);
    if (input == nullptr || input->value->size() == 0) return false;
    OrtValue& value = *input->value;
    int64_t n = static_cast<int64_t>(value.size() / ElementBytes(value.type));
    uint8_t* at = value.data() + static_cast<size_t>(random_.Below(n)) * ElementBytes(value.type);
    if (value.type == ort::kInt32) {
      int32_t odd = static_cast<int32_t>(std::clamp<int64_t>(OddInt(), INT32_MIN, INT32_MAX));
      std::memcpy(at, &odd, 4);
    } else if (value.type == ort::kInt64) {
      int64_t odd = OddInt();
      std::memcpy(at, &odd, 8);
    } else if (value.type == ort::kFloat) {
      float odd = OddFloat();
      std::memcpy(at, &odd, 4);
    } else {
      *at = static_cast<uint8_t>(random_.Below(256));
    }
    return true;
  }

  bool Config(Node& node) {
    static const char* const keys[] = {"deltaport.kernels", "deltaport.compute", "deltaport.memory"};
    static const char* const values[] = {"reference", "avx2", "avx512", "avx512_bf16", "avx512_vnni",
                                         "neon",      "auto", "exact",  "fast",        "mapped",
                                         "resident",  "",     "odd"};
    node.config[keys[random_.Below(3)]] = values[random_.Below(13)];
    return true;
  }

  Random random_;
};

// Runs a node that may be wrong: an error is one line that names the op, and leaves the pool as it was.
Result RunAny(const Node& node, const NodePool& pool) {
  pool.Fill(0x3c);
  std::vector<uint8_t> before = pool.Contents();
  Result result = RunNode(node);
  if (!result.error.empty()) {
    CHECK(result.error.rfind(node.op, 0) == 0);
    CHECK(result.error.find('\n') == std::string::npos);
    CHECK(pool.Contents() == before);
  }
  return result;
}

int64_t Iterations() {
  const char* text = std::getenv("DELTAPORT_FUZZ");
  return text == nullptr ? 3000 : std::atoll(text);
}

Node NodeOf(const std::string& op, const NodePool& pool) {
  for (const Node& node : ValidNodes(pool.handle())) {
    if (node.op == op) return node;
  }
  FailTest(__FILE__, __LINE__, "no node of ", op);
}

template <class T>
void Set(Node& node, size_t input, size_t index, T value) {
  std::memcpy(node.inputs[input].value->data() + index * sizeof(T), &value, sizeof(T));
}

#define CHECK_NODE_ERROR(text, node)                                                            \
  do {                                                                                          \
    std::string found = RunAny(node, pool).error;                                               \
    if (found.find(text) == std::string::npos)                                                  \
      FailTest(__FILE__, __LINE__, "expected an error with '", text, "', found '", found, "'"); \
  } while (false)

}  // namespace

TEST(EveryOpOfTheContractIsRegistered) {
  CHECK(RegisteredOps() ==
        std::vector<std::string>({"Concat", "GatedAttention", "GatedDeltaNet", "GatedMlp", "GatherRows", "Linear",
                                  "RmsNorm", "RotaryTable", "SelfTest", "SparseMoe", "TakeRows", "TopK"}));
}

TEST(ARuntimeThatIsTooOldIsRefused) {
  CHECK_EQUAL("Deltaport needs ONNX Runtime 1.24 or later, found 1.0.0-fake", RegisterWith(23));
  CHECK_EQUAL("", RegisterWith(29));
}

TEST(ARuntimeWithAnotherTableIsRefused) {
  CHECK_EQUAL("this ONNX Runtime has another C ABI than Deltaport", RegisterWith(29, false));
}

TEST(ValidNodesRunAtEveryLevelInEveryMode) {
  NodePool pool;
  for (Node node : ValidNodes(pool.handle())) {
    for (const char* isa : {"reference", "avx2", "avx512", "avx512_bf16", "avx512_vnni", "neon"}) {
      for (const char* compute : {"exact", "fast"}) {
        if (node.op == "SelfTest" && std::string(compute) == "fast") continue;  // it wants exact
        for (const char* memory : {"mapped", "resident"}) {
          node.config = {{"deltaport.kernels", isa}, {"deltaport.compute", compute}, {"deltaport.memory", memory}};
          CHECK_EQUAL("", RunAny(node, pool).error);
        }
      }
    }
  }
}

TEST(ALinearThatWantsItIsExactInFastMode) {
  NodePool pool;
  bool differs = false;  // where fast mode may round: of these nodes, over bfloat16
  for (Node node : ValidNodes(pool.handle())) {
    if (node.op != "Linear") continue;
    auto run = [&](const char* compute, int64_t exact) {
      node.config["deltaport.compute"] = compute;
      node.attributes["exact"] = exact;
      return RunAny(node, pool).outputs.at(0).bytes;
    };
    CHECK(run("fast", 1) == run("exact", 0));
    differs = differs || run("fast", 0) != run("exact", 0);
  }
  CHECK(differs || !Allows(CpuIsa(), Isa::kAvx512Bf16));
}

TEST(ZeroTokensGiveEmptyOutputs) {
  NodePool pool;
  for (Node node : ValidNodes(pool.handle())) {
    size_t tables = node.op == "RotaryTable" ? 2 : node.op == "GatedDeltaNet" ? 8 : 6;
    for (NodeInput& input : node.inputs) {
      if (!input.value || input.constant || input.value->dims.size() != 2) continue;
      if (input.value->type == ort::kFloat && node.op != "TakeRows")
        *input.value = MakeValue(1, {0, input.value->dims[1]}, nullptr);
    }
    if (node.op == "GatherRows") node.inputs[3].value = MakeValue(ort::kInt64, {0}, nullptr);
    if (node.op == "TakeRows") node.inputs[1].value = MakeValue(ort::kInt64, {0}, nullptr);
    if (node.op == "SelfTest") node.inputs[0].value = MakeValue(ort::kFloat, {0}, nullptr);
    if (node.op == "RotaryTable") node.inputs[0].value = MakeValue(ort::kInt64, {0}, nullptr);
    if (node.op == "GatedDeltaNet") node.inputs[10].value = MakeValue(ort::kInt32, {0}, nullptr);
    if (node.op == "RotaryTable" || node.op == "GatedDeltaNet" || node.op == "GatedAttention") {
      node.inputs[tables].value = MakeValue(ort::kInt32, {3}, std::vector<int32_t>{0, 0, 0});
    }
    Result result = RunAny(node, pool);
    CHECK_EQUAL("", result.error);
    CHECK_EQUAL(0, result.outputs[0].dims[0]);
  }
}

TEST(EveryAttributeIsNeeded) {
  NodePool pool;
  for (const Node& valid : ValidNodes(pool.handle())) {
    for (const auto& [name, value] : valid.attributes) {
      Node node = valid;
      if (node.op == "SparseMoe" && name == "codebook") {  // which only codes need
        auto formats = std::get<std::vector<int64_t>>(node.attributes["formats"]);
        if (std::count(formats.begin(), formats.end(), static_cast<int64_t>(Format::kInt4)) == 0) continue;
      }
      node.attributes.erase(name);
      Result result = RunAny(node, pool);
      CHECK(!result.created);
      CHECK(result.error.find("attribute " + name) != std::string::npos);
    }
  }
}

TEST(EveryRequiredInputIsNeeded) {
  NodePool pool;
  for (const Node& valid : ValidNodes(pool.handle())) {
    for (size_t i = 0; i < valid.inputs.size(); i++) {
      bool optional = (valid.op == "RmsNorm" && i == 2) || (valid.op == "SparseMoe" && i == 4) ||
                      (valid.op == "Linear" && (i == 3 || i == 4));
      if (!valid.inputs[i].value || optional) continue;
      Node node = valid;
      node.inputs[i].value.reset();
      CHECK(!RunAny(node, pool).error.empty());
    }
  }
}

TEST(EveryInputHasItsTypeAndShape) {
  NodePool pool;
  for (const Node& valid : ValidNodes(pool.handle())) {
    for (size_t i = 0; i < valid.inputs.size(); i++) {
      if (!valid.inputs[i].value) continue;
      Node node = valid;
      OrtValue& value = *node.inputs[i].value;
      value = MakeValue(11, value.dims, std::vector<uint8_t>(value.size()));  // double, of one byte here
      CHECK(!RunAny(node, pool).error.empty());
      node = valid;
      OrtValue& deeper = *node.inputs[i].value;
      deeper.dims.push_back(1);
      CHECK(!RunAny(node, pool).error.empty());
    }
  }
}

TEST(AFormatIsTheAttributesAndItsTensorHasTheTypeOfIt) {
  NodePool pool;
  Node linear = NodeOf("Linear", pool);  // of float32
  linear.attributes["format"] = int64_t{ort::kBfloat16};
  CHECK_NODE_ERROR("weight: expected bfloat16 [*, *], found float32 [5, 7]", linear);
  linear.attributes["in"] = int64_t{7};
  linear.attributes["codebook"] = std::vector<float>(16);
  linear.attributes["format"] = int64_t{22};
  CHECK_NODE_ERROR("weight: expected uint8 [*, 4], found float32 [5, 7]", linear);
  Node gather = NodeOf("GatherRows", pool);
  gather.attributes["format"] = int64_t{ort::kFloat16};
  CHECK_NODE_ERROR("table: expected float16 [*, *], found bfloat16 [6, 5]", gather);
  Node bytes = NodeOf("GatherRows", pool);  // uint8 alone says nothing
  bytes.inputs[0].value = MakeValue(ort::kUint8, {6, 5}, std::vector<uint8_t>(30));
  CHECK_NODE_ERROR("table: expected bfloat16 [*, *], found uint8 [6, 5]", bytes);
  Node mlp = NodeOf("GatedMlp", pool);
  mlp.attributes["formats"] = std::vector<int64_t>{ort::kFloat16, ort::kFloat, ort::kFloat};
  CHECK_NODE_ERROR("down: expected float32 [6, 4], found bfloat16 [6, 4]", mlp);
}

TEST(UnknownFormatsAreRefused) {
  NodePool pool;
  for (int64_t code : {int64_t{0}, int64_t{2}, int64_t{-1}, int64_t{24}, int64_t{1} << 32 | 1}) {
    std::string text = std::to_string(code) + " is no format";
    for (const char* op : {"Linear", "GatherRows"}) {
      Node node = NodeOf(op, pool);
      node.attributes["format"] = code;
      CHECK_NODE_ERROR("format: " + text, node);
    }
    for (const char* op : {"GatedMlp", "SparseMoe"}) {
      Node node = NodeOf(op, pool);
      std::get<std::vector<int64_t>>(node.attributes["formats"])[1] = code;
      CHECK_NODE_ERROR("formats: " + text, node);
    }
  }
}

// The nodes of an op that has fp4.
std::vector<Node> Fp4Nodes(const char* op, const NodePool& pool) {
  std::vector<Node> nodes;
  for (const Node& node : ValidNodes(pool.handle())) {
    if (node.op == op && (node.attributes.count("factor") + node.attributes.count("factors") > 0))
      nodes.push_back(node);
  }
  CHECK(!nodes.empty());
  return nodes;
}

TEST(Fp4IsCheckedAtCreation) {
  NodePool pool;
  const float kWrong[] = {0, -1, NAN, INFINITY};
  for (const char* op : {"Linear", "GatherRows"}) {
    for (Node node : Fp4Nodes(op, pool)) {
      CHECK_EQUAL("", RunAny(node, pool).error);
      for (float factor : kWrong) {
        node.attributes["factor"] = factor;
        CHECK_NODE_ERROR("factor: expected a finite number above 0", node);
      }
      node.attributes["factor"] = 1.0f;
      std::get<std::vector<int64_t>>(node.attributes["block"])[1] = 64;
      CHECK_NODE_ERROR("for fp4 with scales of float8e", node);
    }
  }
  Node linear = Fp4Nodes("Linear", pool)[0];
  linear.inputs[2].value = MakeValue(ort::kFloat16, {5, 3}, std::vector<uint8_t>(30));
  CHECK_NODE_ERROR("weight: wrong scales for fp4", linear);
  linear.inputs[2].value.reset();
  CHECK_NODE_ERROR("weight: wrong scales for fp4", linear);
  for (const char* op : {"GatedMlp", "SparseMoe"}) {
    for (Node node : Fp4Nodes(op, pool)) {
      CHECK_EQUAL("", RunAny(node, pool).error);
      for (float factor : kWrong) {
        std::get<std::vector<float>>(node.attributes["factors"])[2] = factor;
        CHECK_NODE_ERROR("factors: expected a finite number above 0", node);
      }
    }
  }
  Node mlp = Fp4Nodes("GatedMlp", pool)[0];
  std::get<std::vector<float>>(mlp.attributes["factors"])[1] = 2;
  CHECK_NODE_ERROR("factors: expected 1 for a float32 weight, found 2 at 1", mlp);
  Node moe = Fp4Nodes("SparseMoe", pool)[0];
  std::get<std::vector<int64_t>>(moe.attributes["scale_formats"])[1] = 24;
  CHECK_NODE_ERROR("up: expected block [1, 32] for fp4 with scales of float8e8m0, found [1, 16]", moe);
}

TEST(ATableIsAnInitializer) {
  NodePool pool;
  Node node = NodeOf("GatherRows", pool);
  node.inputs[0].constant = false;
  CHECK_NODE_ERROR("table: expected an initializer", node);
}

TEST(Pitfall52ZeroPointsOfSomeExpertsOnlyAreRefused) {
  NodePool pool;
  for (Node node : ValidNodes(pool.handle())) {
    if (node.op != "SparseMoe" || std::get<std::vector<int64_t>>(node.attributes["formats"])[0] != 22) continue;
    const int64_t none = -1;
    auto drop = [&](size_t expert, size_t projection) {
      size_t entry = ((expert * 3 + projection) * 3 + 2) * 2;
      Set(node, 3, entry, none);
      Set(node, 3, entry + 1, none);
    };
    drop(3, 1);  // the shared expert is chosen for by itself
    CHECK_EQUAL("", RunAny(node, pool).error);
    drop(0, 1);
    CHECK_NODE_ERROR("experts: expert 1 up: expected zero points where expert 0 has them", node);
    drop(1, 1);
    CHECK_NODE_ERROR("experts: expert 2 up: expected zero points where expert 0 has them", node);
    drop(2, 1);
    CHECK_EQUAL("", RunAny(node, pool).error);
  }
}

TEST(ARequiredOutputThatTheNodeDoesNotNameIsRefused) {
  NodePool pool;
  for (const Node& valid : ValidNodes(pool.handle())) {
    Node node = valid;
    node.unnamed = 0;
    CHECK_NODE_ERROR("the op always makes it, and the node does not name it", node);
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // whose own memory grows

// Anonymous memory of this process, in bytes.
int64_t Resident() {
  std::ifstream file("/proc/self/status");
  std::string word;
  while (file >> word && word != "RssAnon:") {
  }
  int64_t kib = 0;
  file >> kib;
  return kib * 1024;
}

// A Linear of bfloat16 that packs 8 MiB of rows.
Node LargeLinear(NodePool& pool) {
  Node node = NodeOf("Linear", pool);
  const int64_t tokens = 4096;
  const int64_t in = 512;
  const int64_t out = 4;
  node.inputs[0].value = MakeValue(ort::kFloat, {tokens, in}, std::vector<float>(tokens * in, 1.0f).data());
  node.attributes["format"] = int64_t{ort::kBfloat16};
  node.inputs[1] = {MakeValue(ort::kBfloat16, {out, in}, std::vector<uint16_t>(out * in, 0x3f80).data()), true};
  for (size_t i = 2; i < node.inputs.size(); i++) node.inputs[i] = {};
  return node;
}

TEST(Pitfall53CallersThatComeAndGoOrStayLeaveNoMemoryBehind) {
  if (IsEmulated()) return;
  NodePool pool;
  Node node = LargeLinear(pool);
  Node other = NodeOf("RmsNorm", pool);
  Session session(node);
  CHECK_EQUAL("", session.Run().error);
  int64_t before = Resident();
  for (int64_t i = 0; i < 1000; i++) {
    std::thread caller([&] { session.Run(); });
    caller.join();
  }
  CHECK(Resident() - before < (4 << 20));
  std::vector<std::thread> callers;
  std::promise<void> end;
  std::shared_future<void> ended = end.get_future().share();
  for (int64_t i = 0; i < 16; i++) {
    std::promise<void> ran;
    callers.emplace_back([&session, &ran, ended] {
      session.Run();
      ran.set_value();
      ended.wait();
    });
    ran.get_future().wait();
  }
  int64_t grown = Resident() - before;
  end.set_value();
  for (std::thread& caller : callers) caller.join();
  CHECK(grown < (16 << 20));
}

#endif

TEST(UnknownSessionOptionsAreRefused) {
  NodePool pool;
  for (const char* key : {"deltaport.kernels", "deltaport.compute", "deltaport.memory"}) {
    Node node = NodeOf("RmsNorm", pool);
    node.config[key] = "odd";
    CHECK_NODE_ERROR("found 'odd'", node);
  }
  for (const char* threads : {"odd", "-1", "2.5"}) {
    Node node = NodeOf("RmsNorm", pool);
    node.config["deltaport.threads"] = threads;
    CHECK_NODE_ERROR("deltaport.threads: expected a number", node);
  }
  for (const char* key : {"deltaport.experts", "deltaport.expert_slots"}) {
    Node node = NodeOf("SparseMoe", pool);
    node.config[key] = "odd";
    CHECK_NODE_ERROR("found 'odd'", node);
  }
}

TEST(GatherRowsOutOfRangeIsRefused) {
  NodePool pool;
  for (int64_t row : {int64_t{6}, int64_t{-1}, INT64_MAX, INT64_MIN}) {
    Node gather = NodeOf("GatherRows", pool);
    Set(gather, 3, 1, row);
    CHECK_NODE_ERROR("rows: expected 0 to 5", gather);
    Node take = NodeOf("TakeRows", pool);
    Set(take, 1, 1, row);
    CHECK_NODE_ERROR("rows: expected 0 to 5", take);
  }
}

TEST(WrongHandlesAreRefused) {
  NodePool pool;
  for (const char* op : {"GatedAttention", "GatedDeltaNet"}) {
    for (int64_t handle : {int64_t{0}, int64_t{-1}, INT64_MAX, pool.handle() + 1}) {
      Node node = NodeOf(op, pool);
      Set(node, std::string(op) == "GatedDeltaNet" ? 11 : 9, 0, handle);
      CHECK_NODE_ERROR("no state pool has the handle", node);
    }
  }
}

TEST(LayersOfAnotherShapeAreRefused) {
  NodePool pool;
  Node node = NodeOf("GatedAttention", pool);
  node.attributes["layer"] = int64_t{0};
  CHECK_NODE_ERROR("layer 0 of the state pool: expected full attention, kv_heads 2, head_dim 6, found linear", node);
  node.attributes["layer"] = int64_t{9};
  CHECK_NODE_ERROR("has no layer 9", node);
  node = NodeOf("GatedDeltaNet", pool);
  node.attributes["layer"] = int64_t{1};
  CHECK_NODE_ERROR("found full attention", node);
}

TEST(TablesOfStateAreChecked) {
  NodePool pool;
  Node node = NodeOf("GatedAttention", pool);
  Set(node, 8, 0, int32_t{5});
  CHECK_NODE_ERROR("block_table: expected 0 to 4, found 5", node);
  node = NodeOf("GatedAttention", pool);
  Set(node, 7, 1, int32_t{40});
  CHECK_NODE_ERROR("needs 11 blocks", node);
  node = NodeOf("GatedAttention", pool);
  Set(node, 6, 1, int32_t{6});
  CHECK_NODE_ERROR("cu_seq_lens", node);
  node = NodeOf("GatedDeltaNet", pool);
  Set(node, 10, 2, int32_t{0});
  CHECK_NODE_ERROR("slot 0 is there twice", node);
  node = NodeOf("GatedDeltaNet", pool);
  Set(node, 9, 0, int32_t{3});
  CHECK_NODE_ERROR("slot 3 is also saved", node);
  node = NodeOf("RotaryTable", pool);
  Set(node, 0, 1, int64_t{-1});
  CHECK_NODE_ERROR("positions", node);
}

TEST(ALayoutHasItsInputs) {
  NodePool pool;
  Node grouped = NodeOf("GatedDeltaNet", pool);
  grouped.attributes["layout"] = std::string("odd");
  CHECK_NODE_ERROR("layout: expected grouped or split, found 'odd'", grouped);
  grouped.attributes["layout"] = std::string("split");
  CHECK_NODE_ERROR("qkv: expected float32 [*, 32], found float32 [5, 52]", grouped);
  Node split;
  for (const Node& node : ValidNodes(pool.handle())) {
    if (node.op == "GatedDeltaNet") split = node;  // the last one
  }
  for (size_t input : {size_t{2}, size_t{3}}) {
    Node node = split;
    node.inputs[input].value.reset();
    CHECK_NODE_ERROR(input == 2 ? "z: expected float32 [5, 20], found nothing" : "a: expected float32 [5, 4]", node);
  }
  Node node = NodeOf("GatedDeltaNet", pool);
  node.inputs[3] = split.inputs[3];
  CHECK_NODE_ERROR("z, a: expected none in layout grouped", node);
}

TEST(ExpertOffsetsPastTheirShardAreRefused) {
  NodePool pool;
  Node valid = NodeOf("SparseMoe", pool);
  int64_t length = valid.inputs[5].value->dims[0];
  Node node = valid;
  Set(node, 3, 1, length - 95);  // the first gate has 96 bytes
  CHECK_NODE_ERROR("end past the", node);
  for (int64_t offset : {int64_t{-1}, INT64_MAX, INT64_MIN, length + 1}) {
    node = valid;
    Set(node, 3, 1, offset);
    CHECK_NODE_ERROR("end past the", node);
  }
  for (int64_t shard : {int64_t{-1}, int64_t{2}, int64_t{64}, INT64_MAX}) {
    node = valid;
    Set(node, 3, 0, shard);
    CHECK_NODE_ERROR("there is no shard", node);
  }
  node = valid;
  Set(node, 3, 0, int64_t{-1});
  Set(node, 3, 1, int64_t{-1});
  CHECK_NODE_ERROR("expert 0 has no gate", node);
  node = valid;
  Set(node, 3, 2, int64_t{1});
  Set(node, 3, 3, int64_t{1});
  CHECK_NODE_ERROR("wrong scales", node);
}

TEST(TopKBeyondTheVocabularyIsRefused) {
  NodePool pool;
  for (int32_t k : {10, -1, INT32_MAX}) {
    Node node = NodeOf("TopK", pool);
    Set(node, 1, 0, k);
    CHECK_NODE_ERROR("top_k: expected 0 to 9", node);
  }
}

TEST(AnUnknownActivationIsRefused) {
  NodePool pool;
  for (const char* op : {"GatedMlp", "SparseMoe", "GatedDeltaNet"}) {
    Node node = NodeOf(op, pool);
    node.attributes["activation"] = std::string("xielu");
    CHECK_NODE_ERROR("activation 'xielu' is not supported", node);
  }
}

TEST(Pitfall33AFailedRunChangesNoStateAndTheRetryEquals) {
  NodePool pool;
  Node attention = NodeOf("GatedAttention", pool);
  Result expected = RunAny(attention, pool);
  Node broken = attention;
  Set(broken, 8, 3, int32_t{-1});
  CHECK(!RunAny(broken, pool).error.empty());
  Result retried = RunNode(attention);
  CHECK(retried.outputs[0].bytes == expected.outputs[0].bytes);
}

TEST(NoNodeHoweverWrongIsUndefined) {
  NodePool pool;
  std::vector<Node> valid = ValidNodes(pool.handle());
  Random random(14);
  int64_t refused = 0;
  for (int64_t i = 0; i < Iterations(); i++) {
    Node node = valid[static_cast<size_t>(random.Below(static_cast<int64_t>(valid.size())))];
    Mutator mutator(static_cast<uint64_t>(i));
    for (int64_t n = random.Below(3); n >= 0; n--) mutator.Mutate(node);
    if (!RunAny(node, pool).error.empty()) refused++;
  }
  CHECK(refused > Iterations() / 2);
}

}  // namespace deltaport::test
