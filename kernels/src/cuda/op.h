// What the CUDA twin of an op holds beside what both twins read of their node: its session, and its weights on the
// device. A twin is written like this:
//
//   struct SomeCudaOp : SomeNode {
//     static constexpr ort::Provider kProvider = ort::Provider::kCuda;
//     explicit SomeCudaOp(const ort::KernelInfo& info) : SomeNode(info), gpu(info), weight(gpu.Weight(base.weight)) {}
//     void Compute(const ort::KernelContext& context) const { ... LaunchSome(params, gpu.Launcher(context)) }
//   };
#pragma once

#include <memory>
#include <vector>

#include "core/weight.h"
#include "cuda/session.h"
#include "ort/kernel_context.h"

namespace deltaport::cuda {

// A weight matrix on the device.
class DeviceWeight {
 public:
  // The view with its pointers on the device.
  WeightView view() const;

 private:
  friend class OpSession;
  WeightView host_;
  std::shared_ptr<const Upload> data_;
  std::shared_ptr<const Upload> scales_;
  std::shared_ptr<const Upload> zero_points_;
};

// The weights of an MLP on the device.
struct DeviceMlp {
  MlpView view() const { return {gate.view(), up.view(), down.view()}; }

  DeviceWeight gate;
  DeviceWeight up;
  DeviceWeight down;
};

// Where an upload lies; null where there is none.
template <class T>
const T* On(const std::shared_ptr<const Upload>& upload) {
  return upload == nullptr ? nullptr : upload->device<T>();
}

class OpSession {
 public:
  explicit OpSession(const ort::KernelInfo& info);
  OpSession(const ort::KernelInfo& info, Compute compute);  // whatever the session's is

  int32_t device() const { return session_->ordinal(); }

  DeviceWeight Weight(const WeightView& host, const MappedFiles& files = MappedFiles());
  DeviceMlp Mlp(const MlpView& host, const MappedFiles& files = MappedFiles());
  // The same of one that might as well stay in host memory.
  DeviceMlp Expert(const MlpView& host, const MappedFiles& files);
  // Experts that stay in host memory; the op keeps their views.
  std::unique_ptr<HostExperts> ExpertsOnHost(const std::vector<MlpView>& mlps, int64_t top_k, int64_t slots);
  // Values that the op keeps on the host until they are uploaded; null and empty are no upload.
  std::shared_ptr<const Upload> Floats(const std::vector<float>& values);
  // Bytes that `fill` makes when all addresses are known; the op keeps them.
  std::shared_ptr<const Upload> Late(const void* data, int64_t bytes, std::function<void()> fill);

  // For the launches of one run of the op, on ONNX Runtime's stream.
  DriverLauncher Launcher(const ort::KernelContext& context) const;

  // Where a host table of this run lies on the device.
  template <class T>
  const T* Table(const T* host, int64_t n) const {
    return static_cast<const T*>(FindTable(host, n * static_cast<int64_t>(sizeof(T))));
  }

  // Where it begins among the tables of the step.
  template <class T>
  int64_t Offset(const T* host, int64_t n) const {
    return n == 0 ? 0 : session_->tables().Offset(host, n * static_cast<int64_t>(sizeof(T)));
  }
  // Where the run is recorded: what its replays check of their tables.
  void OnReplay(const StepCheck& check) const { session_->OnReplay(check); }

 private:
  const void* FindTable(const void* host, int64_t bytes) const;

  std::shared_ptr<Session> session_;
  Compute compute_;
};

}  // namespace deltaport::cuda
