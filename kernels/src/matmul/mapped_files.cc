#include "matmul/mapped_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>

namespace deltaport {

MappedFiles::MappedFiles() {
  std::unique_ptr<FILE, int (*)(FILE*)> maps(std::fopen("/proc/self/maps", "re"), std::fclose);
  if (maps == nullptr) return;
  char line[4096];
  bool starts = true;  // a path longer than the buffer goes on in the next read
  while (std::fgets(line, sizeof line, maps.get()) != nullptr) {
    Mapping mapping{};
    uint64_t major = 0;
    uint64_t minor = 0;
    int fields = std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %" SCNx64 ":%" SCNx64 " %" SCNu64,
                             &mapping.begin, &mapping.end, &mapping.place.offset, &major, &minor, &mapping.place.inode);
    bool ends = line[std::strlen(line) - 1] == '\n';
    if (starts && fields == 6 && mapping.place.inode != 0) {
      mapping.place.device = major << 32 | minor;
      const char* path = std::strchr(line, '/');
      if (path != nullptr && ends) mapping.path.assign(path, std::strlen(path) - 1);
      mappings_.push_back(mapping);
    }
    starts = ends;
  }
}

std::optional<FilePlace> MappedFiles::Find(const void* data, int64_t bytes) const {
  uint64_t begin = reinterpret_cast<uintptr_t>(data);
  auto after = std::upper_bound(mappings_.begin(), mappings_.end(), begin,
                                [](uint64_t address, const Mapping& mapping) { return address < mapping.begin; });
  if (after == mappings_.begin()) return std::nullopt;
  const Mapping& mapping = *(after - 1);
  if (begin + static_cast<uint64_t>(bytes) > mapping.end) return std::nullopt;
  FilePlace place = mapping.place;
  place.offset += begin - mapping.begin;
  // A file that was removed or replaced since it was mapped can no longer be written by its name, and layered file
  // systems may show another inode there: such a place has no age.
  struct stat file{};
  bool known = stat(mapping.path.c_str(), &file) == 0 && file.st_ino == place.inode;
  place.size = known ? file.st_size : 0;
  place.modified = known ? file.st_mtim.tv_sec * int64_t{1000000000} + file.st_mtim.tv_nsec : 0;
  return place;
}

}  // namespace deltaport
