#include "cuda/driver.h"

#include <dlfcn.h>

#include <mutex>

#include "core/error.h"

namespace deltaport::cuda {
namespace {

constexpr const char* kLibrary = "libcuda.so.1";
constexpr Result kNoDevice = 100;

template <class Function>
void Bind(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, symbol));
  Require(function != nullptr, "CUDA: the driver ", kLibrary, " is too old: it has no ", symbol);
}

Driver Load() {
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Fail("CUDA: no driver: ", dlerror());
  Driver driver;
#define DELTAPORT_CUDA_BIND(name, symbol, parameters) Bind(library, symbol, driver.name);
  DELTAPORT_CUDA_FUNCTIONS(DELTAPORT_CUDA_BIND)
#undef DELTAPORT_CUDA_BIND
  Result result = driver.Init(0);
  Require(result != kNoDevice, "CUDA: the driver finds no GPU");
  const char* text = nullptr;
  if (result != 0 && driver.GetErrorString(result, &text) != 0) text = "unknown error";
  Require(result == 0, "CUDA: the driver does not start: ", text, " (error ", result, ")");
  return driver;
}

}  // namespace

const Driver& Driver::Get() {
  static std::mutex mutex;
  static const Driver* loaded = nullptr;  // never unloaded: memory of sessions is freed through it to the end
  std::lock_guard<std::mutex> lock(mutex);
  if (loaded == nullptr) loaded = new Driver(Load());
  return *loaded;
}

void Check(Result result, const std::string& what) {
  if (result == 0) return;
  const char* text = nullptr;
  if (Driver::Get().GetErrorString(result, &text) != 0 || text == nullptr) text = "unknown error";
  Fail("CUDA: ", what, ": ", text, " (error ", result, ")");
}

}  // namespace deltaport::cuda
