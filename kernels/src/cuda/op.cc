#include "cuda/op.h"

namespace deltaport::cuda {

WeightView DeviceWeight::view() const {
  WeightView view = host_;
  view.data = data_->device<uint8_t>();
  if (scales_ != nullptr) view.scales = scales_->device<uint8_t>();
  if (zero_points_ != nullptr) view.zero_points = zero_points_->device<uint8_t>();
  return view;
}

OpSession::OpSession(const ort::KernelInfo& info) : OpSession(info, info.SessionMode().compute) {}

OpSession::OpSession(const ort::KernelInfo& info, Compute compute)
    : session_(Session::All().Find(info.CudaSession())), compute_(compute) {}

DeviceWeight OpSession::Weight(const WeightView& host, const MappedFiles& files) {
  Uploads& uploads = session_->uploads();
  std::vector<HostRows> rows = RowsOf(host);
  DeviceWeight weight;
  weight.host_ = host;
  weight.data_ = uploads.Want(rows[0], files);
  if (host.scales != nullptr) weight.scales_ = uploads.Want(rows[1], files);
  if (host.zero_points != nullptr) weight.zero_points_ = uploads.Want(rows[2], files);
  return weight;
}

DeviceMlp OpSession::Mlp(const MlpView& host, const MappedFiles& files) {
  return {Weight(host.gate, files), Weight(host.up, files), Weight(host.down, files)};
}

DeviceMlp OpSession::Expert(const MlpView& host, const MappedFiles& files) {
  session_->CountExpert(DeviceBytes(host));
  return Mlp(host, files);
}

std::unique_ptr<HostExperts> OpSession::ExpertsOnHost(const std::vector<MlpView>& mlps, int64_t top_k, int64_t slots) {
  return std::make_unique<OpExperts>(session_->experts(), mlps.data(), static_cast<int64_t>(mlps.size()), top_k, slots);
}

std::shared_ptr<const Upload> OpSession::Floats(const std::vector<float>& values) {
  if (values.empty()) return nullptr;
  return Late(values.data(), static_cast<int64_t>(values.size() * sizeof(float)), nullptr);
}

std::shared_ptr<const Upload> OpSession::Late(const void* data, int64_t bytes, std::function<void()> fill) {
  return session_->uploads().WantMemory({data, 1, bytes, bytes}, std::move(fill));
}

DriverLauncher OpSession::Launcher(const ort::KernelContext& context) const {
  return DriverLauncher(*session_, compute_, static_cast<OpaqueStream*>(context.Stream()));
}

const void* OpSession::FindTable(const void* host, int64_t bytes) const {
  return bytes == 0 ? nullptr : session_->tables().Find(host, bytes);
}

}  // namespace deltaport::cuda
