// A test harness of a page: TEST(name) { ... CHECK(...) ... }. A failed check throws; the rest still runs.
#pragma once

#include <cmath>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace deltaport::test {

struct Case {
  const char* name;
  void (*body)();
};

std::vector<Case>& Cases();

struct Registration {
  Registration(const char* name, void (*body)()) { Cases().push_back({name, body}); }
};

// Whether an emulator runs the tests, whose memory and processes are not those of the tests alone.
inline bool IsEmulated() { return std::getenv("QEMU_CPU") != nullptr; }

// Whether everything takes many times its time: under an emulator or a sanitizer.
inline bool IsSlow() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return IsEmulated();
#endif
}

template <class... Parts>
[[noreturn]] void FailTest(const char* file, int line, const Parts&... parts) {
  std::ostringstream text;
  text << file << ":" << line << ": ";
  (text << ... << parts);
  throw std::runtime_error(text.str());
}

// The message of what a body throws; fails if it throws nothing.
template <class Body>
std::string ErrorOf(const char* file, int line, const Body& body) {
  try {
    body();
  } catch (const std::exception& error) {
    return error.what();
  }
  FailTest(file, line, "expected an error");
}

}  // namespace deltaport::test

#define TEST(name)                                                                  \
  static void Test##name();                                                         \
  static const deltaport::test::Registration registration##name(#name, Test##name); \
  static void Test##name()

#define CHECK(...)                                                                               \
  do {                                                                                           \
    if (!(__VA_ARGS__)) deltaport::test::FailTest(__FILE__, __LINE__, "expected " #__VA_ARGS__); \
  } while (false)

#define CHECK_EQUAL(expected, found)                                                                      \
  do {                                                                                                    \
    const auto& e = (expected);                                                                           \
    const auto& f = (found);                                                                              \
    if (!(e == f)) deltaport::test::FailTest(__FILE__, __LINE__, #found ": expected ", e, ", found ", f); \
  } while (false)

#define CHECK_ERROR(text, ...)                                                                               \
  do {                                                                                                       \
    std::string message = deltaport::test::ErrorOf(__FILE__, __LINE__, [&] { __VA_ARGS__; });                \
    if (message.find(text) == std::string::npos)                                                             \
      deltaport::test::FailTest(__FILE__, __LINE__, "expected an error with '", text, "', found ", message); \
  } while (false)
