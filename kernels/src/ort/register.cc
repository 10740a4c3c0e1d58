// The entry point that ONNX Runtime calls for a custom op library.
#include <cstdio>
#include <mutex>
#include <string>

#include "ops/ops.h"
#include "ort/abi.h"

namespace deltaport::ort {
namespace {

OrtStatus* TooOld(const OrtApiBase* base) {
  std::string message = std::string("Deltaport needs ONNX Runtime 1.24 or later, found ") + base->GetVersionString();
  for (uint32_t version = kApiVersion - 1; version > 0; version--) {
    const OrtApi* api = base->GetApi(version);
    if (api != nullptr) return CreateStatus(api, kFail, message.c_str());  // which every version has
  }
  // Without a table there is no status to return: the session will say that it knows no op of ours.
  std::fprintf(stderr, "%s\n", message.c_str());
  return nullptr;
}

// A status made through the table comes back as it was: the table is laid out as abi.h says.
bool StatusRoundTrips(const OrtApi* api) {
  OrtStatus* status = CreateStatus(api, kInvalidArgument, "deltaport");
  if (status == nullptr) return false;
  bool same = GetErrorCode(api, status) == kInvalidArgument && std::string(GetErrorMessage(api, status)) == "deltaport";
  ReleaseStatus(api, status);
  return same;
}

// One domain serves every session of the process: a session keeps a pointer to it, and nothing says when it is done.
OrtStatus* MakeDomain(const OrtApi* api, OrtCustomOpDomain** domain) {
  static std::mutex mutex;
  static OrtCustomOpDomain* made = nullptr;
  std::lock_guard<std::mutex> lock(mutex);
  if (made == nullptr) {
    OrtCustomOpDomain* fresh = nullptr;
    if (OrtStatus* status = CreateCustomOpDomain(api, "ai.deltaport", &fresh)) return status;
    for (const OrtCustomOp* op : AllOps()) {
      if (OrtStatus* status = CustomOpDomainAdd(api, fresh, op)) return status;
    }
    made = fresh;
  }
  *domain = made;
  return nullptr;
}

}  // namespace
}  // namespace deltaport::ort

extern "C" __attribute__((visibility("default"))) OrtStatus* RegisterCustomOps(OrtSessionOptions* options,
                                                                               const OrtApiBase* base) {
  using namespace deltaport::ort;
  const OrtApi* api = base->GetApi(kApiVersion);
  if (api == nullptr) return TooOld(base);
  if (!StatusRoundTrips(api)) return CreateStatus(api, kFail, "this ONNX Runtime has another C ABI than Deltaport");
  OrtCustomOpDomain* domain = nullptr;
  if (OrtStatus* status = MakeDomain(api, &domain)) return status;
  return AddCustomOpDomain(api, options, domain);
}
