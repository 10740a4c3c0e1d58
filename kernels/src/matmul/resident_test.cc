#include "matmul/resident.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "matmul/mapped_files.h"
#include "values.h"

namespace deltaport::test {
namespace {

// A file in memory, mapped as a checkpoint is.
class MappedFile {
 public:
  explicit MappedFile(int64_t bytes) : bytes_(static_cast<size_t>(bytes)) {
    file_ = mkstemp(path_.data());
    CHECK(file_ >= 0 && ftruncate(file_, bytes) == 0);
    data_ = static_cast<uint8_t*>(mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file_, 0));
    CHECK(data_ != MAP_FAILED);
  }
  ~MappedFile() {
    munmap(data_, bytes_);
    close(file_);
    unlink(path_.c_str());
  }
  MappedFile(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  void Write(const std::vector<uint8_t>& bytes) const {
    CHECK(pwrite(file_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  void Age(int64_t seconds) const {
    timespec times[2] = {{seconds, 0}, {seconds, 0}};
    CHECK(futimens(file_, times) == 0);
  }

 private:
  std::string path_ = "/tmp/deltaport-resident-XXXXXX";
  size_t bytes_;
  int file_;
  uint8_t* data_;
};

const MatmulKernel& KernelOf(const WeightView& weight) { return *MatmulKernelFor(CpuIsa(), Compute::kExact, weight); }

std::shared_ptr<const void> Copy(WeightView weight) { return MakeResident({{&KernelOf(weight), &weight}}, 2)[0]; }

}  // namespace

TEST(ACopyOfWeightsIsSharedOnlyWhereAllThatMadeItIsTheSame) {
  if (CpuIsa() == Isa::kReference) return;
  constexpr int64_t kOut = 64;
  constexpr int64_t kIn = 128;
  MappedFile file(1 << 16);
  std::vector<float> codes(16, 1.0f);
  WeightView weight;
  weight.format = Format::kInt4;
  weight.out = kOut;
  weight.in = kIn;
  weight.data = file.data();
  weight.scale_format = Format::kF16;
  weight.scales = file.data() + 8192;
  weight.zero_points = file.data() + 32768;
  weight.block_out = 1;
  weight.block_in = 32;
  weight.codebook = codes.data();
  std::shared_ptr<const void> first = Copy(weight);
  CHECK(first == Copy(weight));
  WeightView other = weight;
  other.block_in = 64;
  CHECK(first != Copy(other));
  other = weight;
  other.block_out = 4;
  CHECK(first != Copy(other));
  other = weight;
  other.scale_format = Format::kBf16;
  CHECK(first != Copy(other));
  std::vector<float> more = codes;
  more[7] = 2;
  other = weight;
  other.codebook = more.data();
  CHECK(first != Copy(other));
  other = weight;
  other.zero_points = nullptr;
  CHECK(first != Copy(other));
  file.Write({1, 2, 3});
  file.Age(1000);
  std::shared_ptr<const void> second = Copy(weight);
  CHECK(first != second && second == Copy(weight));
}

TEST(AMappedPlaceHasTheAgeOfItsFile) {
  MappedFile file(8192);
  file.Age(1000);
  std::optional<FilePlace> place = MappedFiles().Find(file.data() + 5, 100);
  CHECK(place && place->offset == 5 && place->size == 8192 && place->modified == 1000 * int64_t{1000000000});
  CHECK(!MappedFiles().Find(&file, 8));
}

}  // namespace deltaport::test
