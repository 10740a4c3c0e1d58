// What a node says at kernel creation: attributes, constant inputs, session options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/dispatch.h"
#include "ort/tensor.h"

namespace deltaport::ort {

struct ExpertOptions {
  bool on_host;
  int64_t slots;  // on the device for those on the host, 0 = as many as fit
};

class KernelInfo {
 public:
  KernelInfo(const OrtApi* api, const OrtKernelInfo* info) : api_(api), info_(info) {}

  std::string NodeName() const;

  // Attributes; a missing one is an error.
  float Float(const char* name) const;
  int64_t Int(const char* name) const;
  int64_t Int(const char* name, int64_t from, int64_t to) const;  // and its range, both ends included
  std::string String(const char* name) const;
  std::vector<float> Floats(const char* name, size_t count) const;
  std::vector<int64_t> Ints(const char* name, size_t count) const;

  // The value of an input that is an initializer; none where the input is absent or computed.
  std::optional<Tensor> Constant(size_t index) const;
  // The same, but there has to be one.
  Tensor RequireConstant(size_t index, const char* name) const;

  // The session's options: level, compute mode, memory.
  Mode SessionMode() const;
  // Where experts stay on a GPU (deltaport.experts, deltaport.expert_slots).
  ExpertOptions Experts() const;
  // The handle of its CUDA session (deltaport.h).
  int64_t CudaSession() const;

 private:
  const OrtApi* api_;
  const OrtKernelInfo* info_;
};

// Throws what a status says and releases it.
void Check(const OrtApi* api, OrtStatus* status);
Tensor Read(const OrtApi* api, const OrtValue* value);

}  // namespace deltaport::ort
