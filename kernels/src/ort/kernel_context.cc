#include "ort/kernel_context.h"

namespace deltaport::ort {

std::optional<Tensor> KernelContext::Optional(size_t index) const {
  size_t count = 0;
  Check(api_, KernelContextGetInputCount(api_, context_, &count));
  if (index >= count) return std::nullopt;
  const OrtValue* value = nullptr;
  Check(api_, KernelContextGetInput(api_, context_, index, &value));
  if (value == nullptr) return std::nullopt;
  return Read(api_, value);
}

Tensor KernelContext::Input(size_t index, const char* name, int32_t type, const std::vector<int64_t>& dims) const {
  std::optional<Tensor> tensor = Optional(index);
  if (!tensor) Fail(name, ": expected ", Describe(type, dims), ", found nothing");  // described only then
  Expect(*tensor, name, type, dims);
  return *std::move(tensor);
}

const float* KernelContext::Floats(size_t index, const char* name, const std::vector<int64_t>& dims) const {
  return Input(index, name, kFloat, dims).as<float>();
}

const int32_t* KernelContext::Ints(size_t index, const char* name, const std::vector<int64_t>& dims) const {
  return Input(index, name, kInt32, dims).as<int32_t>();
}

const int64_t* KernelContext::Longs(size_t index, const char* name, const std::vector<int64_t>& dims) const {
  return Input(index, name, kInt64, dims).as<int64_t>();
}

void* KernelContext::OutputData(size_t index, const std::vector<int64_t>& dims) const {
  size_t count = 0;
  Check(api_, KernelContextGetOutputCount(api_, context_, &count));
  OrtValue* value = nullptr;
  if (index < count) {
    Check(api_, KernelContextGetOutput(api_, context_, index, dims.data(), dims.size(), &value));
  }
  const Formal& formal = outputs_[index];
  Require(value != nullptr || formal.kind.presence == Presence::kOptional, formal.name,
          ": the op always makes it, and the node does not name it");
  if (value == nullptr) return nullptr;
  void* data = nullptr;
  Check(api_, GetTensorMutableData(api_, value, &data));
  return data;
}

void* KernelContext::Stream() const {
  void* stream = nullptr;
  Check(api_, KernelContextGetGpuComputeStream(api_, context_, &stream));
  return stream;
}

SessionThreads::~SessionThreads() {
  if (workspace_ != nullptr) context_.resources().workspaces->Return(std::move(workspace_));
}

Workspace& SessionThreads::workspace() {
  if (workspace_ == nullptr) workspace_ = context_.resources().workspaces->Borrow();
  return *workspace_;
}

void SessionThreads::Run(int64_t n, void (*task)(const void*, int64_t), const void* data) {
  struct Loop {
    void (*task)(const void*, int64_t);
    const void* data;
  } loop{task, data};
  auto call = [](void* loop, size_t i) {
    const Loop* self = static_cast<const Loop*>(loop);
    self->task(self->data, static_cast<int64_t>(i));
  };
  Check(context_.api(),
        KernelContextParallelFor(context_.api(), context_.context(), call, static_cast<size_t>(n), 0, &loop));
}

}  // namespace deltaport::ort
