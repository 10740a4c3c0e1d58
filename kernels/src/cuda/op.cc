#include "cuda/op.h"

#include "core/sizes.h"
#include "cuda/launches.h"

namespace deltaport::cuda {

WeightView DeviceWeight::view() const {
  WeightView view = host_;
  view.data = data_->device<uint8_t>();
  if (scales_ != nullptr) view.scales = scales_->device<uint8_t>();
  if (zero_points_ != nullptr) view.zero_points = zero_points_->device<uint8_t>();
  return view;
}

OpSession::OpSession(const ort::KernelInfo& info)
    : session_(Session::All().Find(info.CudaSession())), compute_(info.SessionMode().compute) {}

DeviceWeight OpSession::Weight(const WeightView& host, const MappedFiles& files) {
  Uploads& uploads = session_->uploads();
  DeviceWeight weight;
  weight.host_ = host;
  weight.data_ = uploads.Want({host.data, host.out, host.row_bytes(), DeviceRowBytes(host.format, host.in)}, files);
  if (host.scales != nullptr) {
    int64_t blocks = Multiply(CeilDiv(host.out, host.block_out), host.blocks_in());
    int64_t bytes = RowBytes(host.scale_format, blocks);
    weight.scales_ = uploads.Want({host.scales, 1, bytes, bytes}, files);
    if (host.zero_points != nullptr) weight.zero_points_ = uploads.Want({host.zero_points, 1, blocks, blocks}, files);
  }
  return weight;
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
