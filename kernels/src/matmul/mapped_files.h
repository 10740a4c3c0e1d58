// Which file a pointer is mapped from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace deltaport {

// A byte of a file as it is now, the same for every mapping of it. One that is written again is another.
struct FilePlace {
  uint64_t device;
  uint64_t inode;
  uint64_t offset;
  int64_t size;      // of the file; 0 where it cannot be asked any more
  int64_t modified;  // nanoseconds, likewise

  bool operator<(const FilePlace& other) const {
    return std::tie(device, inode, offset, size, modified) <
           std::tie(other.device, other.inode, other.offset, other.size, other.modified);
  }
};

// The process's file mappings at the time of construction.
class MappedFiles {
 public:
  MappedFiles();

  // Where `bytes` bytes from `data` on lie, none unless one file holds them all.
  std::optional<FilePlace> Find(const void* data, int64_t bytes) const;

 private:
  struct Mapping {
    uint64_t begin;
    uint64_t end;
    FilePlace place;  // of its first byte, without size and age
    std::string path;
  };

  std::vector<Mapping> mappings_;  // by address
};

}  // namespace deltaport
