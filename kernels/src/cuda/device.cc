#include "cuda/device.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/error.h"
#include "cuda/images.h"

namespace deltaport::cuda {
namespace {

// CUdevice_attribute, CUfunction_attribute
constexpr int32_t kMultiprocessors = 16;
constexpr int32_t kMajor = 75;
constexpr int32_t kMinor = 76;
constexpr int32_t kMaxSharedPerBlock = 97;
constexpr int32_t kFunctionStaticShared = 1;
constexpr int32_t kFunctionMaxDynamicShared = 8;

std::string Names(const std::vector<Image>& images) {
  std::string names;
  for (const Image& image : images) names += (names.empty() ? "" : ", ") + std::string(image.name);
  return names;
}

}  // namespace

Device& Device::Get(int32_t ordinal) {
  static std::mutex mutex;
  static auto* devices = new std::map<int32_t, std::unique_ptr<Device>>;  // as long as the driver
  std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<Device>& device = (*devices)[ordinal];
  if (device == nullptr) device.reset(new Device(ordinal));
  device->Activate();
  return *device;
}

Device::Device(int32_t ordinal) {
  const Driver& driver = Driver::Get();
  int32_t count = 0;
  Check(driver.DeviceGetCount(&count), "the number of GPUs");
  Require(ordinal >= 0 && ordinal < count, "CUDA: GPU ", ordinal, " wanted, found ", count);
  Check(driver.DeviceGet(&device_, ordinal), "GPU " + std::to_string(ordinal));
  capability_ = 10 * Attribute(kMajor) + Attribute(kMinor);
  processors_ = Attribute(kMultiprocessors);
  Check(driver.DevicePrimaryCtxRetain(&context_, device_), "the context of GPU " + std::to_string(ordinal));
}

int32_t Device::Attribute(int32_t attribute) const {
  int32_t value = 0;
  Check(Driver::Get().DeviceGetAttribute(&value, attribute, device_), "attribute " + std::to_string(attribute));
  return value;
}

void Device::Activate() const { Check(Driver::Get().CtxSetCurrent(context_), "the context"); }

bool Device::TryActivate() const noexcept {
  try {
    Activate();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

DeviceInfo Device::Info() const {
  Activate();
  const Driver& driver = Driver::Get();
  DeviceInfo info;
  char name[256] = {};
  Check(driver.DeviceGetName(name, sizeof name - 1, device_), "the name of the GPU");
  info.name = name;
  info.capability = capability_;
  info.processors = processors_;
  size_t free = 0;
  size_t total = 0;
  Check(driver.MemGetInfo(&free, &total), "the memory of the GPU");
  info.free_bytes = static_cast<int64_t>(free);
  info.total_bytes = static_cast<int64_t>(total);
  Check(driver.DriverGetVersion(&info.driver_version), "the version of the driver");
  const Image* image = BestImage(Images(), capability_);
  if (image != nullptr) info.kernels = image->name;
  return info;
}

void Device::LoadKernels() {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (module_ != nullptr) return;
  Activate();
  const Driver& driver = Driver::Get();
  Require(!Images().empty(), "CUDA: this build of Deltaport has no CUDA kernels (it was built without NVRTC)");
  const Image* image = BestImage(Images(), capability_);
  Require(image != nullptr, "CUDA: this build's kernels are for ", Names(Images()), "; this GPU is sm_", capability_);
  OpaqueModule* module = nullptr;
  Check(driver.ModuleLoadData(&module, image->data), std::string("loading the kernels of ") + image->name);
  int32_t most_shared = Attribute(kMaxSharedPerBlock);
  for (size_t i = 0; i < functions_.size(); i++) {
    std::string name = std::string("kernel ") + kKernelNames[i];
    int32_t static_shared = 0;
    Check(driver.ModuleGetFunction(&functions_[i], module, kKernelNames[i]), name);
    Check(driver.FuncGetAttribute(&static_shared, kFunctionStaticShared, functions_[i]), name);
    Check(driver.FuncSetAttribute(functions_[i], kFunctionMaxDynamicShared, most_shared - static_shared), name);
  }
  module_ = module;
}

}  // namespace deltaport::cuda
