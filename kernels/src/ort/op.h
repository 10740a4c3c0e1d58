// Makes an OrtCustomOp of a class
//
//   struct SomeOp {
//     static constexpr const char* kName;
//     static constexpr Provider kProvider;
//     static const std::vector<ort::Formal>& Inputs();    // and Outputs()
//     static const std::vector<ort::AttributeFormal>& Attributes();    // or it derives from NoAttributes
//     explicit SomeOp(const ort::KernelInfo& info);       // attributes and weights, checked; throws
//     void Compute(const ort::KernelContext& context) const;  // checks, allocation, one kernel call; throws
//   };
//
// A CUDA twin is a second struct of the same name and formals on the other provider; what both read of their node and
// check is a base of both.
#pragma once

#include <memory>
#include <new>
#include <string>
#include <vector>

#include "ort/formal.h"
#include "ort/kernel_context.h"
#include "ort/kernel_info.h"

namespace deltaport::ort {

enum class Provider { kCpu, kCuda };

// An op as ONNX Runtime takes it, and what it declares in one line: provider|name|inputs|outputs|attributes.
struct RegisteredOp : OrtCustomOp {
  std::string (*Declaration)();
};

// A status with the name of its node, without it where there is no memory for both.
inline OrtStatus* MakeStatus(const OrtApi* api, int32_t code, const std::string& node, const char* message) noexcept {
  try {
    return CreateStatus(api, code, (node + ": " + message).c_str());
  } catch (const std::bad_alloc&) {
    return CreateStatus(api, code, message);
  }
}

// Runs a body; what it throws becomes a status that names the node.
template <class Body>
OrtStatus* Guard(const OrtApi* api, const std::string& node, const Body& body) {
  try {
    body();
    return nullptr;
  } catch (const std::bad_alloc&) {
    return MakeStatus(api, kFail, node, "out of memory");
  } catch (const std::exception& error) {
    return MakeStatus(api, kInvalidArgument, node, error.what());
  }
}

template <class Op>
struct CustomOp : RegisteredOp {
  // A kernel with what its errors need.
  struct Instance {
    const OrtApi* api;
    std::string node;
    RunResources resources;
    Op op;
  };

  CustomOp() : RegisteredOp{} {
    version = kApiVersion;
    GetName = [](const OrtCustomOp*) { return Op::kName; };
    GetExecutionProviderType = [](const OrtCustomOp*) {
      return Op::kProvider == Provider::kCuda ? "CUDAExecutionProvider" : "CPUExecutionProvider";
    };
    GetInputTypeCount = [](const OrtCustomOp*) { return Op::Inputs().size(); };
    GetInputType = [](const OrtCustomOp*, size_t i) { return Op::Inputs()[i].kind.type; };
    GetInputCharacteristic = [](const OrtCustomOp*, size_t i) {
      return static_cast<int32_t>(Op::Inputs()[i].kind.presence);
    };
    GetInputMemoryType = [](const OrtCustomOp*, size_t i) {
      bool host = Op::kProvider == Provider::kCuda && Op::Inputs()[i].kind.place == Place::kHost;
      return host ? kMemoryCpuInput : kMemoryDefault;
    };
    GetOutputTypeCount = [](const OrtCustomOp*) { return Op::Outputs().size(); };
    GetOutputType = [](const OrtCustomOp*, size_t i) { return Op::Outputs()[i].kind.type; };
    GetOutputCharacteristic = [](const OrtCustomOp*, size_t i) {
      return static_cast<int32_t>(Op::Outputs()[i].kind.presence);
    };
    GetVariadicInputMinArity = [](const OrtCustomOp*) { return int32_t{0}; };
    GetVariadicInputHomogeneity = [](const OrtCustomOp*) { return int32_t{1}; };
    GetVariadicOutputMinArity = [](const OrtCustomOp*) { return int32_t{0}; };
    GetVariadicOutputHomogeneity = [](const OrtCustomOp*) { return int32_t{1}; };
    GetStartVersion = [](const OrtCustomOp*) { return int32_t{1}; };
    GetEndVersion = [](const OrtCustomOp*) { return int32_t{0x7fffffff}; };
    CreateKernelV2 = Create;
    KernelComputeV2 = Compute;
    KernelDestroy = [](void* kernel) { delete static_cast<Instance*>(kernel); };
    Declaration = [] {
      std::string provider = Op::kProvider == Provider::kCuda ? "cuda" : "cpu";
      return provider + "|" + Op::kName + "|" + Describe(Op::Inputs()) + "|" + Describe(Op::Outputs()) + "|" +
             Describe(Op::Attributes());
    };
  }

  static OrtStatus* Create(const OrtCustomOp*, const OrtApi* api, const OrtKernelInfo* info, void** kernel) {
    std::string node = Op::kName;
    return Guard(api, node, [&] {
      KernelInfo reader(api, info, Op::Attributes());
      node += " '" + reader.NodeName() + "'";
      auto instance =
          std::unique_ptr<Instance>(new Instance{api, node, RunResources{reader.SessionMode().threads}, Op(reader)});
      reader.RequireAllRead();
      *kernel = instance.release();
    });
  }

  static OrtStatus* Compute(void* kernel, OrtKernelContext* context) {
    const Instance* self = static_cast<const Instance*>(kernel);
    return Guard(self->api, self->node,
                 [&] { self->op.Compute(KernelContext(self->api, context, Op::Outputs(), self->resources)); });
  }
};

}  // namespace deltaport::ort
