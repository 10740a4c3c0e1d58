// What one run of a node gives and takes: inputs, outputs, threads.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/parallel.h"
#include "ort/kernel_info.h"

namespace deltaport::ort {

// What the runs of a node have of their session.
struct RunResources {
  int64_t threads;
  std::shared_ptr<Workspaces> workspaces = Workspaces::Shared();
};

class KernelContext {
 public:
  KernelContext(const OrtApi* api, OrtKernelContext* context, const std::vector<Formal>& outputs,
                const RunResources& resources)
      : api_(api), context_(context), outputs_(outputs), resources_(resources) {}

  std::optional<Tensor> Optional(size_t index) const;
  Tensor Input(size_t index, const char* name, int32_t type, const std::vector<int64_t>& dims) const;  // checked
  const float* Floats(size_t index, const char* name, const std::vector<int64_t>& dims) const;
  const int32_t* Ints(size_t index, const char* name, const std::vector<int64_t>& dims) const;
  const int64_t* Longs(size_t index, const char* name, const std::vector<int64_t>& dims) const;

  // Allocates an output; null where it is optional and the graph does not use it.
  template <class T>
  T* Output(size_t index, const std::vector<int64_t>& dims) const {
    return static_cast<T*>(OutputData(index, dims));
  }

  // The stream of ONNX Runtime's CUDA provider; only where the op is on it.
  void* Stream() const;

  const OrtApi* api() const { return api_; }
  OrtKernelContext* context() const { return context_; }
  const RunResources& resources() const { return resources_; }

 private:
  void* OutputData(size_t index, const std::vector<int64_t>& dims) const;

  const OrtApi* api_;
  OrtKernelContext* context_;
  const std::vector<Formal>& outputs_;
  const RunResources& resources_;
};

// The session's own threads.
class SessionThreads : public Parallel {
 public:
  explicit SessionThreads(const KernelContext& context) : context_(context) {}
  ~SessionThreads() override;
  int64_t threads() const override { return context_.resources().threads; }
  Workspace& workspace() override;

 protected:
  void Run(int64_t n, void (*task)(const void*, int64_t), const void* data) override;

 private:
  const KernelContext& context_;
  std::unique_ptr<Workspace> workspace_;  // null until it is wanted
};

}  // namespace deltaport::ort
