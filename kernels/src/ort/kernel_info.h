// What a node says at kernel creation: attributes, constant inputs, session options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/dispatch.h"
#include "ort/formal.h"
#include "ort/tensor.h"

namespace deltaport::ort {

struct ExpertOptions {
  bool on_host;
  int64_t slots;  // on the device for those on the host, 0 = as many as fit
};

class KernelInfo {
 public:
  // Attributes are those that the op declares; another one cannot be read.
  KernelInfo(const OrtApi* api, const OrtKernelInfo* info, const std::vector<AttributeFormal>& attributes)
      : api_(api), info_(info), attributes_(attributes), read_(attributes.size()) {}

  std::string NodeName() const;

  // Attributes; a missing one is an error.
  float Float(const char* name) const;
  int64_t Int(const char* name) const;
  int64_t Int(const char* name, int64_t from, int64_t to) const;  // and its range, both ends included
  std::string String(const char* name) const;
  std::vector<float> Floats(const char* name, size_t count) const;
  std::vector<int64_t> Ints(const char* name, size_t count) const;
  // Fails where one that the op declares as required has not been read.
  void RequireAllRead() const;

  // The value of an input that is an initializer; none where the input is absent or computed.
  std::optional<Tensor> Constant(size_t index) const;
  // The same, but there has to be one.
  Tensor RequireConstant(size_t index, const char* name) const;

  // The session's options: instruction set, compute mode, memory, threads.
  Mode SessionMode() const;
  // Where experts stay on a GPU (deltaport.experts, deltaport.expert_slots).
  ExpertOptions Experts() const;
  // The handle of its CUDA session (deltaport.h).
  int64_t CudaSession() const;

 private:
  // Notes that an attribute is read; fails where the op does not declare it so.
  void Note(const char* name, AttributeType type) const;

  const OrtApi* api_;
  const OrtKernelInfo* info_;
  const std::vector<AttributeFormal>& attributes_;
  mutable std::vector<bool> read_;  // which of them have been
};

// Throws what a status says and releases it.
void Check(const OrtApi* api, OrtStatus* status);
Tensor Read(const OrtApi* api, const OrtValue* value);

}  // namespace deltaport::ort
