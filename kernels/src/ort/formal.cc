#include "ort/formal.h"

namespace deltaport::ort {
namespace {

const char* NameOf(AttributeType type) {
  switch (type) {
    case AttributeType::kFloat:
      return "float";
    case AttributeType::kInt:
      return "int";
    case AttributeType::kString:
      return "string";
    case AttributeType::kFloats:
      return "floats";
    case AttributeType::kInts:
      return "ints";
  }
  return "";
}

void Append(std::string& text, const std::string& name, Presence presence) {
  if (!text.empty()) text += ' ';
  text += name;
  if (presence == Presence::kOptional) text += '?';
}

}  // namespace

std::string Describe(const std::vector<Formal>& formals) {
  std::string text;
  for (const Formal& formal : formals) Append(text, formal.name, formal.kind.presence);
  return text;
}

std::string Describe(const std::vector<AttributeFormal>& attributes) {
  std::string text;
  for (const AttributeFormal& attribute : attributes) {
    Append(text, std::string(attribute.name) + ":" + NameOf(attribute.type), attribute.presence);
  }
  return text;
}

}  // namespace deltaport::ort
