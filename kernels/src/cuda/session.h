// What the CUDA ops of one model share: the device, the stream that ONNX Runtime and we run on, the weights, the tables
// of a step, scratch. Addressed by a handle that the session entry deltaport.cuda holds.
#pragma once

#include <mutex>

#include "core/handles.h"
#include "cuda/captured_graph.h"
#include "cuda/expert_cache.h"
#include "cuda/launcher.h"
#include "cuda/scratch.h"
#include "cuda/step_tables.h"
#include "cuda/uploads.h"

namespace deltaport::cuda {

class Session {
 public:
  // Opens the device and loads its kernels; throws in words.
  explicit Session(int32_t ordinal);

  static Handles<Session>& All();

  int32_t ordinal() const { return ordinal_; }
  const Device& device() const { return device_; }
  const Stream& stream() const { return stream_; }
  Uploads& uploads() { return uploads_; }
  ExpertCache& experts() { return experts_; }
  StepTables& tables() { return tables_; }
  ScratchArena& scratch() { return scratch_; }
  Handles<CapturedGraph>& recordings() { return recordings_; }

  // What is queued between the two is recorded; the checks that its ops gave in meanwhile come out.
  void BeginRecording();
  StepChecks EndRecording();
  void OnReplay(const StepCheck& check) {
    if (recording_) checks_.insert(check);
  }

  // Bytes of device memory that weights and experts' slots still need.
  int64_t MissingBytes() const;
  // Brings them; throws, with nothing of this left on the device, where they do not fit or an upload fails.
  void Upload(const Staging::Progress& progress);
  // `bytes` of the weights are an expert, which might stay in host memory.
  void CountExpert(int64_t bytes) { expert_bytes_ = Add(expert_bytes_, bytes); }

 private:
  void CheckFits() const;

  int32_t ordinal_;
  Device& device_;
  Stream stream_;
  Uploads uploads_;
  ExpertCache experts_;
  StepTables tables_;
  ScratchArena scratch_;
  int64_t expert_bytes_ = 0;
  bool recording_ = false;
  std::set<StepCheck> checks_;
  Handles<CapturedGraph> recordings_{"recorded step"};
};

// Launches one op's kernels on a stream through the driver.
class DriverLauncher : public Launcher {
 public:
  DriverLauncher(Session& session, Compute compute, OpaqueStream* stream);

  const Target& target() const override { return target_; }
  void* Scratch(int64_t bytes) override { return session_.scratch().Take(bytes); }

 protected:
  void Run(KernelId kernel, const Grid& grid, int32_t threads, int64_t shared_bytes, const void* args,
           int64_t size) override;

 private:
  Session& session_;
  OpaqueStream* stream_;
  Target target_;
};

}  // namespace deltaport::cuda
