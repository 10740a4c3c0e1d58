// A stand-in for ONNX Runtime: fills the slots of the table that the library uses and runs one node through
// RegisterCustomOps, CreateKernelV2 and KernelComputeV2. Every buffer is exactly as long as its shape says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ort/abi.h"

struct OrtValue {
  int32_t type = 0;
  std::vector<int64_t> dims;
  std::vector<uint8_t> bytes;
  size_t skip = 0;  // bytes before the data: 1 makes it unaligned

  uint8_t* data() { return bytes.data() + skip; }
  size_t size() const { return bytes.size() - skip; }
};

namespace deltaport::test {

using Attribute = std::variant<float, int64_t, std::string, std::vector<float>, std::vector<int64_t>>;

struct NodeInput {
  std::optional<OrtValue> value;
  bool constant = false;
};

struct Node {
  std::string op;
  std::map<std::string, Attribute> attributes;
  std::vector<NodeInput> inputs;
  size_t outputs = 1;
  std::map<std::string, std::string> config;
  std::optional<size_t> unnamed = std::nullopt;  // the output whose name is empty
};

struct Result {
  std::string error;  // empty where the run succeeded
  bool created = false;
  std::vector<OrtValue> outputs;
};

size_t ElementBytes(int32_t type);
OrtValue MakeValue(int32_t type, std::vector<int64_t> dims, const void* data, size_t skip = 0);

template <class T>
OrtValue MakeValue(int32_t type, std::vector<int64_t> dims, const std::vector<T>& data, size_t skip = 0) {
  return MakeValue(type, std::move(dims), static_cast<const void*>(data.data()), skip);
}

// Registers the library once and runs the node.
Result RunNode(const Node& node);

// A node whose kernel stays, to be run again; runs one after the other.
class Session {
 public:
  explicit Session(const Node& node);
  ~Session();
  Session(const Session&) = delete;
  Result Run() const;

 private:
  const Node& node_;
  void* kernel_ = nullptr;
  std::string error_;
};

// What RegisterCustomOps says to a runtime that serves API versions up to `newest`; status text or "".
std::string RegisterWith(uint32_t newest, bool statuses_work = true);

// Names of the registered ops, of the domain ai.deltaport.
std::vector<std::string> RegisteredOps();

}  // namespace deltaport::test
