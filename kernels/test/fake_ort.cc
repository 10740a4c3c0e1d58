#include "fake_ort.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "threads.h"

struct OrtStatus {
  int32_t code;
  std::string message;
};

struct OrtTensorTypeAndShapeInfo {
  int32_t type;
  std::vector<int64_t> dims;
};

struct OrtKernelInfo {
  const deltaport::test::Node* node;
};

struct OrtKernelContext {
  const deltaport::test::Node* node;
  std::vector<OrtValue> outputs;
  deltaport::test::Threads* threads;
};

struct OrtKeyValuePairs {
  std::map<std::string, std::string> pairs;
};

struct OrtCustomOpDomain {
  std::string name;
  std::map<std::string, const OrtCustomOp*> ops;
};

struct OrtSessionOptions {
  OrtCustomOpDomain* domain;
};

extern "C" OrtStatus* RegisterCustomOps(OrtSessionOptions* options, const OrtApiBase* base);

namespace deltaport::test {
namespace {

using Status = OrtStatus*;

Status MakeStatus(int32_t code, const char* message) { return new OrtStatus{code, message}; }
Status Failure(const std::string& message) { return MakeStatus(1, message.c_str()); }

template <class T>
Status Get(const OrtKernelInfo* info, const char* name, const T** value) {
  auto found = info->node->attributes.find(name);
  if (found == info->node->attributes.end()) return Failure("no attribute of that name");
  *value = std::get_if<T>(&found->second);
  return *value == nullptr ? Failure("attribute of another type") : nullptr;
}

template <class T>
Status GetScalar(const OrtKernelInfo* info, const char* name, T* to) {
  const T* value = nullptr;
  if (Status status = Get(info, name, &value)) return status;
  *to = *value;
  return nullptr;
}

// ONNX Runtime's convention: a null buffer asks for the size, a short one is an error.
template <class T>
Status CopyOut(const T* from, size_t n, T* to, size_t* size) {
  if (to != nullptr && *size < n) return Failure("buffer is too short");
  if (to != nullptr && n > 0) std::memcpy(to, from, n * sizeof(T));
  *size = n;
  return nullptr;
}

template <class T>
Status GetArray(const OrtKernelInfo* info, const char* name, T* to, size_t* size) {
  const std::vector<T>* value = nullptr;
  if (Status status = Get(info, name, &value)) return status;
  return CopyOut(value->data(), value->size(), to, size);
}

Status GetString(const OrtKernelInfo* info, const char* name, char* to, size_t* size) {
  const std::string* value = nullptr;
  if (Status status = Get(info, name, &value)) return status;
  return CopyOut(value->c_str(), value->size() + 1, to, size);
}

Status NodeName(const OrtKernelInfo*, char* to, size_t* size) { return CopyOut("self_test", 10, to, size); }

Status ConstantInput(const OrtKernelInfo* info, size_t index, int32_t* is_constant, const OrtValue** value) {
  if (index >= info->node->inputs.size()) return Failure("no such input");
  const NodeInput& input = info->node->inputs[index];
  *is_constant = input.constant && input.value;
  *value = *is_constant != 0 ? &*input.value : nullptr;
  return nullptr;
}

Status Input(const OrtKernelContext* context, size_t index, const OrtValue** value) {
  if (index >= context->node->inputs.size()) return Failure("no such input");
  const NodeInput& input = context->node->inputs[index];
  *value = input.value ? &*input.value : nullptr;
  return nullptr;
}

Status Output(OrtKernelContext* context, size_t index, const int64_t* dims, size_t rank, OrtValue** value) {
  if (index >= context->outputs.size()) return Failure("no such output");
  *value = nullptr;
  if (index == context->node->unnamed) return nullptr;
  OrtValue& output = context->outputs[index];
  output.type = index == 1 && context->node->op == "TopK" ? ort::kInt64 : ort::kFloat;
  output.dims.assign(dims, dims + rank);
  int64_t count = 1;
  for (int64_t dim : output.dims) count *= dim;
  if (count < 0 || count > (1 << 24)) return Failure("output is too large");
  output.bytes.assign(static_cast<size_t>(count) * ElementBytes(output.type), 0xff);
  *value = &output;
  return nullptr;
}

Status TypeAndShape(const OrtValue* value, OrtTensorTypeAndShapeInfo** info) {
  *info = new OrtTensorTypeAndShapeInfo{value->type, value->dims};
  return nullptr;
}

Status Dimensions(const OrtTensorTypeAndShapeInfo* info, int64_t* to, size_t rank) {
  std::copy_n(info->dims.begin(), rank, to);
  return nullptr;
}

Status ParallelFor(const OrtKernelContext* context, void (*body)(void*, size_t), size_t n, size_t, void* data) {
  context->threads->For(static_cast<int64_t>(n), [&](int64_t i) { body(data, static_cast<size_t>(i)); });
  return nullptr;
}

const char* KeyValue(const OrtKeyValuePairs* pairs, const char* key) {
  auto found = pairs->pairs.find(key);
  return found == pairs->pairs.end() ? nullptr : found->second.c_str();
}

void Unfilled() {
  std::fputs("a slot was called that abi.h does not list\n", stderr);
  std::abort();
}

void* table[400];

template <int kIndex, class Result, class... Args>
void Fill(ort::Slot<kIndex, Result(Args...)>, Result (*function)(Args...)) {
  table[kIndex] = reinterpret_cast<void*>(function);
}

void FillTable() {
  for (void*& slot : table) slot = reinterpret_cast<void*>(Unfilled);
  Fill(ort::CreateStatus, MakeStatus);
  Fill(ort::GetErrorCode, +[](const OrtStatus* status) { return status->code; });
  Fill(ort::GetErrorMessage, +[](const OrtStatus* status) { return status->message.c_str(); });
  Fill(ort::ReleaseStatus, +[](OrtStatus* status) { delete status; });
  Fill(
      ort::CreateCustomOpDomain, +[](const char* name, OrtCustomOpDomain** domain) {
        *domain = new OrtCustomOpDomain{name, {}};
        return Status{};
      });
  Fill(
      ort::CustomOpDomainAdd, +[](OrtCustomOpDomain* domain, const OrtCustomOp* op) {
        // Its twin on the CUDA provider has the same name.
        if (std::string(op->GetExecutionProviderType(op)) == "CPUExecutionProvider") domain->ops[op->GetName(op)] = op;
        return Status{};
      });
  Fill(
      ort::AddCustomOpDomain, +[](OrtSessionOptions* options, OrtCustomOpDomain* domain) {
        options->domain = domain;
        return Status{};
      });
  Fill(
      ort::GetTensorMutableData, +[](OrtValue* value, void** data) {
        *data = value->data();
        return Status{};
      });
  Fill(ort::GetTensorTypeAndShape, TypeAndShape);
  Fill(
      ort::GetTensorElementType, +[](const OrtTensorTypeAndShapeInfo* info, int32_t* type) {
        *type = info->type;
        return Status{};
      });
  Fill(
      ort::GetDimensionsCount, +[](const OrtTensorTypeAndShapeInfo* info, size_t* rank) {
        *rank = info->dims.size();
        return Status{};
      });
  Fill(ort::GetDimensions, Dimensions);
  Fill(ort::ReleaseTensorTypeAndShapeInfo, +[](OrtTensorTypeAndShapeInfo* info) { delete info; });
  Fill(ort::KernelInfoGetAttributeFloat, GetScalar<float>);
  Fill(ort::KernelInfoGetAttributeInt64, GetScalar<int64_t>);
  Fill(ort::KernelInfoGetAttributeString, GetString);
  Fill(ort::KernelInfoGetAttributeFloats, GetArray<float>);
  Fill(ort::KernelInfoGetAttributeInt64s, GetArray<int64_t>);
  Fill(ort::KernelInfoGetNodeName, NodeName);
  Fill(
      ort::KernelInfoGetInputCount, +[](const OrtKernelInfo* info, size_t* n) {
        *n = info->node->inputs.size();
        return Status{};
      });
  Fill(ort::KernelInfoGetConstantInput, ConstantInput);
  Fill(
      ort::KernelContextGetInputCount, +[](const OrtKernelContext* context, size_t* n) {
        *n = context->node->inputs.size();
        return Status{};
      });
  Fill(
      ort::KernelContextGetOutputCount, +[](const OrtKernelContext* context, size_t* n) {
        *n = context->outputs.size();
        return Status{};
      });
  Fill(ort::KernelContextGetInput, Input);
  Fill(ort::KernelContextGetOutput, Output);
  Fill(ort::KernelContextParallelFor, ParallelFor);
  Fill(
      ort::KernelInfoGetConfigEntries, +[](const OrtKernelInfo* info, OrtKeyValuePairs** pairs) {
        *pairs = new OrtKeyValuePairs{info->node->config};
        return Status{};
      });
  Fill(ort::GetKeyValue, KeyValue);
  Fill(ort::ReleaseKeyValuePairs, +[](OrtKeyValuePairs* pairs) { delete pairs; });
}

uint32_t newest_version = ort::kApiVersion;

const OrtApiBase kBase = {
    [](uint32_t version) { return version <= newest_version ? reinterpret_cast<const OrtApi*>(table) : nullptr; },
    [] { return "1.0.0-fake"; },
};

std::string Text(Status status) {
  if (status == nullptr) return "";
  std::string message = status->message.empty() ? "no message" : status->message;
  delete status;
  return message;
}

const OrtCustomOpDomain& Domain() {
  static const OrtCustomOpDomain* domain = [] {
    FillTable();
    newest_version = ort::kApiVersion;
    OrtSessionOptions options{};
    std::string error = Text(RegisterCustomOps(&options, &kBase));
    if (!error.empty() || options.domain == nullptr || options.domain->name != "ai.deltaport") std::abort();
    return options.domain;
  }();
  return *domain;
}

const OrtApi* Api() { return reinterpret_cast<const OrtApi*>(table); }

}  // namespace

size_t ElementBytes(int32_t type) {
  switch (type) {
    case ort::kInt64:
      return 8;
    case ort::kFloat:
    case ort::kInt32:
      return 4;
    case ort::kFloat16:
    case ort::kBfloat16:
      return 2;
    default:
      return 1;
  }
}

OrtValue MakeValue(int32_t type, std::vector<int64_t> dims, const void* data, size_t skip) {
  size_t size = ElementBytes(type);
  for (int64_t dim : dims) size *= static_cast<size_t>(dim);
  OrtValue value{type, std::move(dims), std::vector<uint8_t>(skip + size), skip};
  if (size > 0) std::memcpy(value.data(), data, size);
  return value;
}

Session::Session(const Node& node) : node_(node) {
  const OrtCustomOp* op = Domain().ops.at(node.op);
  OrtKernelInfo info{&node};
  error_ = Text(op->CreateKernelV2(op, Api(), &info, &kernel_));
}

Session::~Session() {
  if (kernel_ != nullptr) Domain().ops.at(node_.op)->KernelDestroy(kernel_);
}

Result Session::Run() const {
  static Threads* threads = new Threads(2);
  Result result;
  result.error = error_;
  if (!error_.empty()) return result;
  result.created = true;
  OrtKernelContext context{&node_, std::vector<OrtValue>(node_.outputs), threads};
  result.error = Text(Domain().ops.at(node_.op)->KernelComputeV2(kernel_, &context));
  result.outputs = std::move(context.outputs);
  return result;
}

Result RunNode(const Node& node) { return Session(node).Run(); }

std::string RegisterWith(uint32_t newest, bool statuses_work) {
  Domain();
  newest_version = newest;
  if (!statuses_work) table[1] = reinterpret_cast<void*>(+[](const OrtStatus*) { return int32_t{-1}; });
  OrtSessionOptions options{};
  std::string error = Text(RegisterCustomOps(&options, &kBase));
  FillTable();
  newest_version = ort::kApiVersion;
  return error;
}

std::vector<std::string> RegisteredOps() {
  std::vector<std::string> names;
  for (const auto& [name, op] : Domain().ops) names.push_back(name);
  return names;
}

}  // namespace deltaport::test
