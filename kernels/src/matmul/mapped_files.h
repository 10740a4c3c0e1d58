// Which file a pointer is mapped from.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace deltaport {

// A byte of a file, the same for every mapping of it.
struct FilePlace {
  uint64_t device;
  uint64_t inode;
  uint64_t offset;

  bool operator<(const FilePlace& other) const {
    return std::tie(device, inode, offset) < std::tie(other.device, other.inode, other.offset);
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
    FilePlace place;  // of its first byte
  };

  std::vector<Mapping> mappings_;  // by address
};

}  // namespace deltaport
