// The border of the C API: an exception becomes 1 and dp_error().
#pragma once

#include <exception>
#include <new>
#include <string>

namespace deltaport {

std::string& LastError();  // of the calling thread

// Where there is no memory for the message, one that needs none.
inline void SetLastError(const char* message) noexcept {
  try {
    LastError() = message;
  } catch (const std::bad_alloc&) {
    LastError() = "out of memory";  // as short as a string holds in itself
  }
}

template <class Body>
int Guard(const Body& body) {
  LastError().clear();
  try {
    body();
    return 0;
  } catch (const std::bad_alloc&) {
    SetLastError("out of memory");
  } catch (const std::exception& error) {
    SetLastError(error.what());
  }
  return 1;
}

}  // namespace deltaport
