// The CUDA part of deltaport.h.
#include <cstring>

#include "core/guard.h"
#include "cuda/session.h"
#include "deltaport.h"

using deltaport::Guard;
using deltaport::Require;
using deltaport::cuda::CapturedGraph;
using deltaport::cuda::Device;
using deltaport::cuda::Session;

int dp_cuda_device(int32_t device, dp_cuda_info* info) {
  return Guard([&] {
    Require(info != nullptr, "info: expected a place for it, found null");
    deltaport::cuda::DeviceInfo found = Device::Get(device).Info();
    *info = {};
    std::strncpy(info->name, found.name.c_str(), sizeof(info->name) - 1);
    info->capability = found.capability;
    info->processors = found.processors;
    info->free_bytes = found.free_bytes;
    info->total_bytes = found.total_bytes;
    info->driver = found.driver_version;
    std::strncpy(info->kernels, found.kernels.c_str(), sizeof(info->kernels) - 1);
  });
}

int dp_cuda_open(int32_t device, int64_t* session) {
  return Guard([&] {
    Require(session != nullptr, "session: expected a place for it, found null");
    *session = Session::All().Register(std::make_shared<Session>(device));
  });
}

int dp_cuda_close(int64_t session) {
  return Guard([&] { Session::All().Free(session); });
}

int dp_cuda_stream(int64_t session, int64_t* stream) {
  return Guard([&] {
    Require(stream != nullptr, "stream: expected a place for it, found null");
    *stream = reinterpret_cast<intptr_t>(Session::All().Find(session)->stream().get());
  });
}

int dp_cuda_missing(int64_t session, int64_t* bytes) {
  return Guard([&] {
    Require(bytes != nullptr, "bytes: expected a place for it, found null");
    *bytes = Session::All().Find(session)->MissingBytes();
  });
}

int dp_cuda_upload(int64_t session, int (*progress)(void* user, int64_t bytes), void* user) {
  return Guard([&] {
    Session::All().Find(session)->Upload(
        [&](int64_t bytes) { return progress == nullptr || progress(user, bytes) == 0; });
  });
}

int dp_cuda_epoch(int64_t session, int64_t* epoch) {
  return Guard([&] {
    Require(epoch != nullptr, "epoch: expected a place for it, found null");
    Session::All().Find(session);
    *epoch = deltaport::cuda::MemoryEpoch();
  });
}

int dp_cuda_record(int64_t session) {
  return Guard([&] {
    std::shared_ptr<Session> found = Session::All().Find(session);
    Require(!found->experts().wanted(), "CUDA: experts come from host memory in the middle of a step");
    found->device().Activate();
    found->BeginRecording();
  });
}

int dp_cuda_record_end(int64_t session, int64_t* recording) {
  return Guard([&] {
    std::shared_ptr<Session> found = Session::All().Find(session);
    found->device().Activate();
    deltaport::cuda::StepChecks checks = found->EndRecording();
    if (recording == nullptr) return deltaport::cuda::DropRecording(found->device(), found->stream());
    *recording = found->recordings().Register(
        std::make_shared<CapturedGraph>(found->device(), found->stream(), std::move(checks)));
  });
}

int dp_cuda_replay(int64_t session, int64_t recording) {
  return Guard([&] {
    std::shared_ptr<Session> found = Session::All().Find(session);
    found->device().Activate();
    found->recordings().Find(recording)->Launch(found->stream(), found->tables());
    deltaport::cuda::Synchronize(found->stream());
  });
}

int dp_cuda_forget(int64_t session, int64_t recording) {
  return Guard([&] { Session::All().Find(session)->recordings().Free(recording); });
}

int dp_cuda_step(int64_t session, const dp_table* tables, int32_t n) {
  return Guard([&] {
    Require(n >= 0 && (n == 0 || tables != nullptr), "tables: expected a list, found ", n);
    std::vector<deltaport::cuda::HostTable> list;
    for (int32_t i = 0; i < n; i++) {
      Require(tables[i].data != nullptr && tables[i].bytes >= 0, "tables: table ", i, " has no data");
      list.push_back({tables[i].data, tables[i].bytes});
    }
    std::shared_ptr<Session> found = Session::All().Find(session);
    found->tables().Bring(list, found->stream());
  });
}
