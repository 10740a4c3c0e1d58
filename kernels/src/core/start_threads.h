// Threads for work that is done however many there are.
#pragma once

#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

namespace deltaport {

// Starts `n` threads that run `work`, or as many as the machine gives: a limit of processes or of memory is no error.
template <class Work>
std::vector<std::thread> StartThreads(int64_t n, const Work& work) {
  std::vector<std::thread> threads;
  try {
    while (static_cast<int64_t>(threads.size()) < n) {
      threads.reserve(threads.size() + 1);
      threads.emplace_back(work);
    }
  } catch (const std::exception&) {  // those that run are in the vector and are joined by whoever has it
  }
  return threads;
}

}  // namespace deltaport
