// The part of ONNX Runtime's C ABI that a custom op needs. OrtApi is an append-only table of function pointers; each
// entry below is a slot of it, with its signature. Read from ONNX Runtime 1.24 to 1.29 and checked by CheckAbi and by
// the SelfTest op.
#pragma once

#include <cstddef>
#include <cstdint>

// Opaque types, and the two structs that cross the border by layout.
struct OrtStatus;
struct OrtValue;
struct OrtKernelInfo;
struct OrtKernelContext;
struct OrtSessionOptions;
struct OrtCustomOpDomain;
struct OrtTensorTypeAndShapeInfo;
struct OrtKeyValuePairs;
struct OrtApi;

struct OrtApiBase {
  const OrtApi* (*GetApi)(uint32_t version);
  const char* (*GetVersionString)();
};

struct OrtCustomOp {
  uint32_t version;
  void* (*CreateKernel)(const OrtCustomOp*, const OrtApi*, const OrtKernelInfo*);
  const char* (*GetName)(const OrtCustomOp*);
  const char* (*GetExecutionProviderType)(const OrtCustomOp*);
  int32_t (*GetInputType)(const OrtCustomOp*, size_t index);
  size_t (*GetInputTypeCount)(const OrtCustomOp*);
  int32_t (*GetOutputType)(const OrtCustomOp*, size_t index);
  size_t (*GetOutputTypeCount)(const OrtCustomOp*);
  void (*KernelCompute)(void* kernel, OrtKernelContext*);
  void (*KernelDestroy)(void* kernel);
  int32_t (*GetInputCharacteristic)(const OrtCustomOp*, size_t index);
  int32_t (*GetOutputCharacteristic)(const OrtCustomOp*, size_t index);
  int32_t (*GetInputMemoryType)(const OrtCustomOp*, size_t index);
  int32_t (*GetVariadicInputMinArity)(const OrtCustomOp*);
  int32_t (*GetVariadicInputHomogeneity)(const OrtCustomOp*);
  int32_t (*GetVariadicOutputMinArity)(const OrtCustomOp*);
  int32_t (*GetVariadicOutputHomogeneity)(const OrtCustomOp*);
  OrtStatus* (*CreateKernelV2)(const OrtCustomOp*, const OrtApi*, const OrtKernelInfo*, void** kernel);
  OrtStatus* (*KernelComputeV2)(void* kernel, OrtKernelContext*);
  OrtStatus* (*InferOutputShapeFn)(const OrtCustomOp*, void*);
  int32_t (*GetStartVersion)(const OrtCustomOp*);
  int32_t (*GetEndVersion)(const OrtCustomOp*);
  size_t (*GetMayInplace)(int32_t**, int32_t**);
  void (*ReleaseMayInplace)(int32_t*, int32_t*);
  size_t (*GetAliasMap)(int32_t**, int32_t**);
  void (*ReleaseAliasMap)(int32_t*, int32_t*);
};
static_assert(sizeof(OrtCustomOp) == 208 && offsetof(OrtCustomOp, GetInputMemoryType) == 96 &&
              offsetof(OrtCustomOp, CreateKernelV2) == 136 && offsetof(OrtCustomOp, GetMayInplace) == 176);

namespace deltaport::ort {

constexpr uint32_t kApiVersion = 24;
constexpr int32_t kInvalidArgument = 2;  // OrtErrorCode
constexpr int32_t kFail = 1;
constexpr int32_t kMemoryCpuInput = -2;  // OrtMemType
constexpr int32_t kMemoryDefault = 0;

// Element types (ONNXTensorElementDataType).
enum Type : int32_t {
  kAnyType = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kFloat16 = 10,
  kBfloat16 = 16,
  kFloat8E4M3Fn = 17,
};

// One slot of the table: its index and signature.
template <int kIndex, class Signature>
struct Slot;

template <int kIndex, class Result, class... Args>
struct Slot<kIndex, Result(Args...)> {
  static constexpr int kSlot = kIndex;
  using Function = Result (*)(Args...);
  Result operator()(const OrtApi* api, Args... args) const {
    return reinterpret_cast<Function>(reinterpret_cast<void* const*>(api)[kIndex])(args...);
  }
};

using Status = OrtStatus*;
constexpr Slot<0, Status(int32_t code, const char* message)> CreateStatus;
constexpr Slot<1, int32_t(const OrtStatus*)> GetErrorCode;
constexpr Slot<2, const char*(const OrtStatus*)> GetErrorMessage;
constexpr Slot<26, Status(const char* domain, OrtCustomOpDomain**)> CreateCustomOpDomain;
constexpr Slot<27, Status(OrtCustomOpDomain*, const OrtCustomOp*)> CustomOpDomainAdd;
constexpr Slot<28, Status(OrtSessionOptions*, OrtCustomOpDomain*)> AddCustomOpDomain;
constexpr Slot<51, Status(OrtValue*, void**)> GetTensorMutableData;
constexpr Slot<60, Status(const OrtTensorTypeAndShapeInfo*, int32_t*)> GetTensorElementType;
constexpr Slot<61, Status(const OrtTensorTypeAndShapeInfo*, size_t*)> GetDimensionsCount;
constexpr Slot<62, Status(const OrtTensorTypeAndShapeInfo*, int64_t*, size_t)> GetDimensions;
constexpr Slot<65, Status(const OrtValue*, OrtTensorTypeAndShapeInfo**)> GetTensorTypeAndShape;
constexpr Slot<85, Status(const OrtKernelInfo*, const char*, float*)> KernelInfoGetAttributeFloat;
constexpr Slot<86, Status(const OrtKernelInfo*, const char*, int64_t*)> KernelInfoGetAttributeInt64;
constexpr Slot<87, Status(const OrtKernelInfo*, const char*, char*, size_t*)> KernelInfoGetAttributeString;
constexpr Slot<88, Status(const OrtKernelContext*, size_t*)> KernelContextGetInputCount;
constexpr Slot<89, Status(const OrtKernelContext*, size_t*)> KernelContextGetOutputCount;
constexpr Slot<90, Status(const OrtKernelContext*, size_t, const OrtValue**)> KernelContextGetInput;
constexpr Slot<91, Status(OrtKernelContext*, size_t, const int64_t*, size_t, OrtValue**)> KernelContextGetOutput;
constexpr Slot<93, void(OrtStatus*)> ReleaseStatus;
constexpr Slot<99, void(OrtTensorTypeAndShapeInfo*)> ReleaseTensorTypeAndShapeInfo;
constexpr Slot<162, Status(const OrtKernelInfo*, const char*, float*, size_t*)> KernelInfoGetAttributeFloats;
constexpr Slot<163, Status(const OrtKernelInfo*, const char*, int64_t*, size_t*)> KernelInfoGetAttributeInt64s;
constexpr Slot<193, Status(const OrtKernelContext*, void**)> KernelContextGetGpuComputeStream;
constexpr Slot<230, Status(const OrtKernelInfo*, size_t*)> KernelInfoGetInputCount;
constexpr Slot<244, Status(const OrtKernelInfo*, char*, size_t*)> KernelInfoGetNodeName;
constexpr Slot<249, Status(const OrtKernelInfo*, size_t, int32_t*, const OrtValue**)> KernelInfoGetConstantInput;
constexpr Slot<274, Status(const OrtKernelContext*, void (*)(void*, size_t), size_t, size_t, void*)>
    KernelContextParallelFor;
constexpr Slot<297, const char*(const OrtKeyValuePairs*, const char*)> GetKeyValue;
constexpr Slot<300, void(OrtKeyValuePairs*)> ReleaseKeyValuePairs;
constexpr Slot<391, Status(const OrtKernelInfo*, OrtKeyValuePairs**)> KernelInfoGetConfigEntries;

}  // namespace deltaport::ort
