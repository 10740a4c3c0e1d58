#include "cuda/session.h"

#include <climits>
#include <string>
#include <utility>

namespace deltaport::cuda {
namespace {

Device& WithKernels(int32_t ordinal) {
  Device& device = Device::Get(ordinal);
  device.LoadKernels();
  return device;
}

}  // namespace

Session::Session(int32_t ordinal)
    : ordinal_(ordinal),
      device_(WithKernels(ordinal)),
      stream_(MakeStream(device_)),
      uploads_(device_),
      experts_(device_, stream_),
      tables_(device_),
      scratch_(device_) {}

Handles<Session>& Session::All() {
  static auto* sessions = new Handles<Session>("CUDA session");  // never destroyed: see Pool
  return *sessions;
}

int64_t Session::MissingBytes() const { return Add(uploads_.MissingBytes(), experts_.MissingBytes()); }

void Session::CheckFits() const {
  int64_t bytes = MissingBytes();
  DeviceInfo info = device_.Info();
  if (bytes <= info.free_bytes) return;
  std::string advice;
  if (expert_bytes_ > 0) {
    advice = "; " + std::to_string(expert_bytes_) + " of them are experts, which --experts host leaves in host memory";
  }
  Fail("CUDA: the weights need ", bytes, " bytes of GPU memory, found ", info.free_bytes, " of ", info.total_bytes,
       " free on ", info.name, advice);
}

void Session::Upload(const Staging::Progress& progress) {
  CheckFits();
  bool made = experts_.Make(uploads_.MissingBytes());
  try {
    uploads_.Run(progress);
  } catch (...) {
    if (made) experts_.Clear();
    throw;
  }
}

void Session::BeginRecording() {
  cuda::BeginRecording(stream_);
  checks_.clear();
  recording_ = true;
}

StepChecks Session::EndRecording() {
  recording_ = false;
  return {tables_.bytes(), std::exchange(checks_, {})};
}

DriverLauncher::DriverLauncher(Session& session, Compute compute, OpaqueStream* stream)
    : session_(session), stream_(stream) {
  target_.compute = compute;
  target_.capability = session.device().capability();
  target_.processors = session.device().processors();
  session.device().Activate();
  session.scratch().Reset();
}

void DriverLauncher::Run(KernelId kernel, const Grid& grid, int32_t threads, int64_t shared_bytes, const void* args,
                         int64_t) {
  Require(grid.x <= INT32_MAX && grid.y <= 65535 && grid.z <= 65535, "CUDA: kernel ", KernelName(kernel),
          ": a grid of ", grid.x, ", ", grid.y, ", ", grid.z, " is too large");
  void* parameters[] = {const_cast<void*>(args)};
  Result result = Driver::Get().LaunchKernel(session_.device().Function(kernel), static_cast<unsigned>(grid.x),
                                             static_cast<unsigned>(grid.y), static_cast<unsigned>(grid.z),
                                             static_cast<unsigned>(threads), 1, 1, static_cast<unsigned>(shared_bytes),
                                             stream_, parameters, nullptr);
  if (result != 0) Check(result, std::string("launching ") + KernelName(kernel));
}

}  // namespace deltaport::cuda
