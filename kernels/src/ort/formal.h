// What an op declares of its nodes: inputs, outputs and attributes, by name. ONNX Runtime is told from these,
// KernelInfo reads no attribute that is not here, and dp_ops prints them for Java's op table to be compared with.
#pragma once

#include <string>
#include <vector>

#include "ort/abi.h"

namespace deltaport::ort {

enum class Presence : int32_t { kRequired = 0, kOptional = 1 };
enum class Place { kDevice, kHost };  // where a CUDA op wants an input; on the CPU both are the same

// What an input or output is.
struct Kind {
  int32_t type;
  Presence presence = Presence::kRequired;
  Place place = Place::kDevice;
};

constexpr Kind kFloats{kFloat};
constexpr Kind kOptionalFloats{kFloat, Presence::kOptional};
constexpr Kind kWeight{kAnyType, Presence::kRequired, Place::kHost};
constexpr Kind kOptionalWeight{kAnyType, Presence::kOptional, Place::kHost};
constexpr Kind kOptionalBytes{kUint8, Presence::kOptional, Place::kHost};
constexpr Kind kInts{kInt32, Presence::kRequired, Place::kHost};
constexpr Kind kLongs{kInt64, Presence::kRequired, Place::kHost};

struct Formal {
  std::string name;
  Kind kind;
};

enum class AttributeType { kFloat, kInt, kString, kFloats, kInts };

struct AttributeFormal {
  const char* name;
  AttributeType type;
  Presence presence = Presence::kRequired;
};

// Of an op that has none.
struct NoAttributes {
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> none;
    return none;
  }
};

// "x weight? ..." and "block:ints codebook:floats? ...".
std::string Describe(const std::vector<Formal>& formals);
std::string Describe(const std::vector<AttributeFormal>& attributes);

}  // namespace deltaport::ort
