// The one internal exception. It never crosses the library's border: an op turns it into an OrtStatus, the C API into
// dp_error, JNI into a KernelException.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace deltaport {

class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Parts>
[[noreturn]] void Fail(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw Error(text.str());
}

template <class... Parts>
void Require(bool holds, const Parts&... parts) {
  if (!holds) Fail(parts...);
}

}  // namespace deltaport
