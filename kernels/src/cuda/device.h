// One GPU: its primary context, which ONNX Runtime's provider uses too, and our kernels loaded into it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "cuda/driver.h"
#include "cuda/kernels.h"

namespace deltaport::cuda {

struct DeviceInfo {
  std::string name;
  int32_t capability = 0;  // 10 * major + minor
  int32_t processors = 0;  // multiprocessors
  int64_t free_bytes = 0;
  int64_t total_bytes = 0;
  int32_t driver_version = 0;  // 12080 = CUDA 12.8
  std::string kernels;         // the image that runs on it, "sm_90"; empty = none
};

class Device {
 public:
  // Device `ordinal`, opened at the first call and kept; throws in words.
  static Device& Get(int32_t ordinal);

  // Makes its context the calling thread's.
  void Activate() const;
  bool TryActivate() const noexcept;  // the same for destructors

  DeviceInfo Info() const;  // free bytes are of now
  int32_t capability() const { return capability_; }
  int32_t processors() const { return processors_; }

  // Loads the kernels built for this device, at the first call; throws where this build has none that run here.
  void LoadKernels();
  OpaqueFunction* Function(KernelId kernel) const { return functions_[static_cast<size_t>(kernel)]; }

 private:
  explicit Device(int32_t ordinal);

  int32_t Attribute(int32_t attribute) const;

  int32_t device_ = 0;
  int32_t capability_ = 0;
  int32_t processors_ = 0;
  OpaqueContext* context_ = nullptr;
  OpaqueModule* module_ = nullptr;  // null = kernels not loaded yet
  std::array<OpaqueFunction*, kKernels> functions_{};
};

}  // namespace deltaport::cuda
