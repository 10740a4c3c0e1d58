#include "ort/kernel_info.h"

#include <charconv>
#include <cstring>
#include <thread>

#include "core/sizes.h"

namespace deltaport::ort {

void Check(const OrtApi* api, OrtStatus* status) {
  if (status == nullptr) return;
  std::string message = GetErrorMessage(api, status);
  ReleaseStatus(api, status);
  throw Error(message);
}

Tensor Read(const OrtApi* api, const OrtValue* value) {
  Tensor tensor;
  OrtTensorTypeAndShapeInfo* shape = nullptr;
  Check(api, GetTensorTypeAndShape(api, value, &shape));
  size_t rank = 0;
  OrtStatus* status = GetTensorElementType(api, shape, &tensor.type);
  if (status == nullptr) status = GetDimensionsCount(api, shape, &rank);
  if (status == nullptr) {
    tensor.dims.resize(rank);
    status = GetDimensions(api, shape, tensor.dims.data(), rank);
  }
  ReleaseTensorTypeAndShapeInfo(api, shape);
  Check(api, status);
  void* data = nullptr;
  Check(api, GetTensorMutableData(api, const_cast<OrtValue*>(value), &data));
  tensor.data = static_cast<const uint8_t*>(data);
  Require(tensor.data != nullptr || tensor.count() == 0, "a tensor has no data");
  return tensor;
}

namespace {

void CheckAttribute(const OrtApi* api, const char* name, OrtStatus* status) {
  if (status == nullptr) return;
  std::string message = GetErrorMessage(api, status);
  ReleaseStatus(api, status);
  Fail("attribute ", name, ": ", message);
}

}  // namespace

std::string KernelInfo::NodeName() const {
  size_t size = 0;
  Check(api_, KernelInfoGetNodeName(api_, info_, nullptr, &size));
  std::string name(size, '\0');
  Check(api_, KernelInfoGetNodeName(api_, info_, name.data(), &size));
  name.resize(size == 0 ? 0 : size - 1);
  return name;
}

void KernelInfo::Note(const char* name, AttributeType type) const {
  for (size_t i = 0; i < attributes_.size(); i++) {
    if (std::strcmp(attributes_[i].name, name) == 0 && attributes_[i].type == type) {
      read_[i] = true;
      return;
    }
  }
  Fail("attribute ", name, ": the op reads it and does not declare it so");
}

void KernelInfo::RequireAllRead() const {
  for (size_t i = 0; i < attributes_.size(); i++) {
    Require(read_[i] || attributes_[i].presence == Presence::kOptional, "attribute ", attributes_[i].name,
            ": the op declares it and does not read it");
  }
}

float KernelInfo::Float(const char* name) const {
  Note(name, AttributeType::kFloat);
  float value = 0;
  CheckAttribute(api_, name, KernelInfoGetAttributeFloat(api_, info_, name, &value));
  return value;
}

int64_t KernelInfo::Int(const char* name) const {
  Note(name, AttributeType::kInt);
  int64_t value = 0;
  CheckAttribute(api_, name, KernelInfoGetAttributeInt64(api_, info_, name, &value));
  return value;
}

int64_t KernelInfo::Int(const char* name, int64_t from, int64_t to) const {
  int64_t value = Int(name);
  Require(value >= from && value <= to, name, ": expected ", from, " to ", to, ", found ", value);
  return value;
}

std::string KernelInfo::String(const char* name) const {
  Note(name, AttributeType::kString);
  size_t size = 0;
  CheckAttribute(api_, name, KernelInfoGetAttributeString(api_, info_, name, nullptr, &size));
  std::string value(size, '\0');
  CheckAttribute(api_, name, KernelInfoGetAttributeString(api_, info_, name, value.data(), &size));
  value.resize(size == 0 ? 0 : size - 1);
  return value;
}

std::vector<float> KernelInfo::Floats(const char* name, size_t count) const {
  Note(name, AttributeType::kFloats);
  size_t size = 0;
  CheckAttribute(api_, name, KernelInfoGetAttributeFloats(api_, info_, name, nullptr, &size));
  Require(size == count, name, ": expected ", count, " floats, found ", size);
  std::vector<float> values(size);
  CheckAttribute(api_, name, KernelInfoGetAttributeFloats(api_, info_, name, values.data(), &size));
  return values;
}

std::vector<int64_t> KernelInfo::Ints(const char* name, size_t count) const {
  Note(name, AttributeType::kInts);
  size_t size = 0;
  CheckAttribute(api_, name, KernelInfoGetAttributeInt64s(api_, info_, name, nullptr, &size));
  Require(size == count, name, ": expected ", count, " ints, found ", size);
  std::vector<int64_t> values(size);
  CheckAttribute(api_, name, KernelInfoGetAttributeInt64s(api_, info_, name, values.data(), &size));
  return values;
}

std::optional<Tensor> KernelInfo::Constant(size_t index) const {
  size_t count = 0;
  Check(api_, KernelInfoGetInputCount(api_, info_, &count));
  if (index >= count) return std::nullopt;
  int32_t is_constant = 0;
  const OrtValue* value = nullptr;
  Check(api_, KernelInfoGetConstantInput(api_, info_, index, &is_constant, &value));
  if (is_constant == 0 || value == nullptr) return std::nullopt;
  return Read(api_, value);
}

Tensor KernelInfo::RequireConstant(size_t index, const char* name) const {
  std::optional<Tensor> tensor = Constant(index);
  Require(tensor.has_value(), name, ": expected an initializer, found none");
  return *std::move(tensor);
}

namespace {

// Releases the entries when done.
class Entries {
 public:
  Entries(const OrtApi* api, const OrtKernelInfo* info) : api_(api) {
    Check(api, KernelInfoGetConfigEntries(api, info, &entries_));
  }
  ~Entries() { ReleaseKeyValuePairs(api_, entries_); }
  Entries(const Entries&) = delete;
  Entries& operator=(const Entries&) = delete;

  std::optional<std::string> Get(const char* key) const {
    const char* value = GetKeyValue(api_, entries_, key);
    return value == nullptr ? std::nullopt : std::make_optional<std::string>(value);
  }

 private:
  const OrtApi* api_;
  OrtKeyValuePairs* entries_ = nullptr;
};

int64_t ParseNumber(const char* key, const char* what, const std::string& text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  Require(error == std::errc() && end == text.data() + text.size() && value >= 0, key, ": expected ", what, ", found '",
          text, "'");
  return value;
}

// 0 = one a CPU that this process may run on.
int64_t ParseThreads(const std::string& text) {
  int64_t threads = ParseNumber("deltaport.threads", "a number", text);
  if (threads > 0) return threads;
  static const int64_t cpus = std::thread::hardware_concurrency();
  return cpus < 1 ? 1 : cpus;
}

}  // namespace

Mode KernelInfo::SessionMode() const {
  Entries entries(api_, info_);
  Mode mode;
  std::string isa = entries.Get("deltaport.kernels").value_or("auto");
  mode.isa = isa == "auto" ? DefaultIsa() : ParseIsa(isa);
  mode.compute = ParseCompute(entries.Get("deltaport.compute").value_or("fast"));
  mode.memory = ParseMemory(entries.Get("deltaport.memory").value_or("mapped"));
  mode.threads = ParseThreads(entries.Get("deltaport.threads").value_or("0"));
  return mode;
}

ExpertOptions KernelInfo::Experts() const {
  Entries entries(api_, info_);
  std::string place = entries.Get("deltaport.experts").value_or("device");
  Require(place == "device" || place == "host", "deltaport.experts: expected device or host, found '", place, "'");
  int64_t slots =
      ParseNumber("deltaport.expert_slots", "a number", entries.Get("deltaport.expert_slots").value_or("0"));
  return {place == "host", slots};
}

int64_t KernelInfo::CudaSession() const {
  std::string handle = Entries(api_, info_).Get("deltaport.cuda").value_or("");
  return ParseNumber("deltaport.cuda", "the handle of a CUDA session", handle);
}

}  // namespace deltaport::ort
