// deltaport.h as a C program sees it.
#include <cstring>
#include <thread>
#include <vector>

#include "deltaport.h"
#include "harness.h"

namespace {

constexpr int64_t kSlots = 5;
constexpr int64_t kBlocks = 7;
constexpr int32_t kBlock = 4;

const dp_layer kLinear = {3, DP_LINEAR, 4, 22, 3, 2, 6, 0, 0};
const dp_layer kAttention = {5, DP_FULL_ATTENTION, 0, 0, 0, 0, 0, 2, 3};

class TestPool {
 public:
  explicit TestPool(int32_t kv_type = DP_KV_F32) {
    const dp_layer layers[] = {kLinear, kAttention};
    int result = dp_pool_create(layers, 2, kSlots, kBlocks, kBlock, kv_type, DP_CPU, &handle_);
    if (result != 0) throw std::runtime_error(dp_error());
  }
  ~TestPool() { dp_pool_free(handle_); }

  int64_t handle() const { return handle_; }

  std::vector<float> Read(int32_t layer, int32_t part, int64_t index, size_t n) const {
    std::vector<float> data(n);
    CHECK_EQUAL(0, dp_pool_read(handle_, layer, part, index, data.data(), 4 * n));
    return data;
  }

  void Fill(int32_t layer, int32_t part, int64_t index, size_t n, float value) const {
    std::vector<float> data(n, value);
    CHECK_EQUAL(0, dp_pool_write(handle_, layer, part, index, data.data(), 4 * n));
  }

 private:
  int64_t handle_ = 0;
};

constexpr size_t kConv = 3 * 22;
constexpr size_t kRecurrent = 3 * 2 * 6;
constexpr size_t kKey = 2 * 4 * 3;

#define CHECK_REFUSED(text, call)                                   \
  do {                                                              \
    CHECK((call) != 0);                                             \
    CHECK(std::string(dp_error()).find(text) != std::string::npos); \
  } while (false)

int Create(dp_layer layer, int64_t slots = 1, int64_t blocks = 1, int32_t block = 32, int32_t kv_type = 0,
           int32_t device = DP_CPU) {
  int64_t handle = 0;
  int result = dp_pool_create(&layer, 1, slots, blocks, block, kv_type, device, &handle);
  if (result == 0) dp_pool_free(handle);
  return result;
}

dp_layer With(dp_layer layer, int32_t dp_layer::* field, int32_t value) {
  layer.*field = value;
  return layer;
}

}  // namespace

TEST(NewPoolIsZero) {
  TestPool pool;
  CHECK(pool.Read(3, DP_CONV, kSlots - 1, kConv) == std::vector<float>(kConv));
  CHECK(pool.Read(3, DP_RECURRENT, 0, kRecurrent) == std::vector<float>(kRecurrent));
  CHECK(pool.Read(5, DP_VALUE, kBlocks - 1, kKey) == std::vector<float>(kKey));
}

TEST(BytesCountSlotsAndBlocks) {
  TestPool pool;
  int64_t bytes = 0;
  CHECK_EQUAL(0, dp_pool_bytes(pool.handle(), &bytes));
  CHECK_EQUAL(static_cast<int64_t>(kSlots * 4 * (kConv + kRecurrent) + kBlocks * 4 * 2 * kKey), bytes);
}

TEST(WriteThenRead) {
  TestPool pool;
  pool.Fill(3, DP_RECURRENT, 2, kRecurrent, 1.5f);
  CHECK(pool.Read(3, DP_RECURRENT, 2, kRecurrent) == std::vector<float>(kRecurrent, 1.5f));
  CHECK(pool.Read(3, DP_RECURRENT, 1, kRecurrent) == std::vector<float>(kRecurrent));
  CHECK(pool.Read(3, DP_RECURRENT, 3, kRecurrent) == std::vector<float>(kRecurrent));
}

TEST(CopyBlocksMovesKeysAndValuesInOrder) {
  TestPool pool;
  pool.Fill(5, DP_KEY, 1, kKey, 1);
  pool.Fill(5, DP_VALUE, 1, kKey, 2);
  int32_t from[] = {1, 4};
  int32_t to[] = {4, 6};
  CHECK_EQUAL(0, dp_pool_copy_blocks(pool.handle(), from, to, 2));
  CHECK(pool.Read(5, DP_KEY, 6, kKey) == std::vector<float>(kKey, 1));
  CHECK(pool.Read(5, DP_VALUE, 6, kKey) == std::vector<float>(kKey, 2));
}

TEST(GrowKeepsContentsAndZeroesTheRest) {
  TestPool pool;
  pool.Fill(3, DP_CONV, kSlots - 1, kConv, 1);
  pool.Fill(5, DP_KEY, kBlocks - 1, kKey, 2);
  CHECK_EQUAL(0, dp_pool_grow(pool.handle(), 100000, 100000));  // past 2 MiB a part
  CHECK(pool.Read(3, DP_CONV, kSlots - 1, kConv) == std::vector<float>(kConv, 1));
  CHECK(pool.Read(5, DP_KEY, kBlocks - 1, kKey) == std::vector<float>(kKey, 2));
  CHECK(pool.Read(3, DP_CONV, 99999, kConv) == std::vector<float>(kConv));
  CHECK_EQUAL(0, dp_pool_grow(pool.handle(), 300000, 100000));  // huge pages to huge pages
  CHECK(pool.Read(3, DP_CONV, kSlots - 1, kConv) == std::vector<float>(kConv, 1));
  CHECK(pool.Read(3, DP_RECURRENT, 299999, kRecurrent) == std::vector<float>(kRecurrent));
}

TEST(GrowRefusesToShrink) {
  TestPool pool;
  CHECK_REFUSED("cannot shrink", dp_pool_grow(pool.handle(), kSlots - 1, kBlocks));
  CHECK_REFUSED("cannot shrink", dp_pool_grow(pool.handle(), kSlots, kBlocks - 1));
}

TEST(GrowThatFailsLeavesThePool) {
  dp_layer wide = kLinear;
  wide.layer = 4;
  wide.conv_dim = 1 << 26;
  const dp_layer layers[] = {kLinear, wide};
  int64_t handle = 0;
  CHECK_EQUAL(0, dp_pool_create(layers, 2, 1, 0, 32, 0, DP_CPU, &handle));
  std::vector<float> state(kConv, 1);
  CHECK_EQUAL(0, dp_pool_write(handle, 3, DP_CONV, 0, state.data(), 4 * kConv));
  int64_t before = 0;
  CHECK_EQUAL(0, dp_pool_bytes(handle, &before));
  CHECK_REFUSED("cannot allocate", dp_pool_grow(handle, 1000000, 0));
  int64_t after = 0;
  CHECK_EQUAL(0, dp_pool_bytes(handle, &after));
  CHECK_EQUAL(before, after);
  std::vector<float> found(kConv);
  CHECK_EQUAL(0, dp_pool_read(handle, 3, DP_CONV, 0, found.data(), 4 * kConv));
  CHECK(found == state);
  CHECK_REFUSED("slot 1", dp_pool_read(handle, 3, DP_CONV, 1, found.data(), 4 * kConv));
  CHECK_EQUAL(0, dp_pool_free(handle));
}

TEST(FreedHandleIsRefusedEverywhere) {
  const dp_layer layer = kLinear;
  int64_t handle = 0;
  CHECK_EQUAL(0, dp_pool_create(&layer, 1, 1, 0, 32, 0, DP_CPU, &handle));
  CHECK_EQUAL(0, dp_pool_free(handle));
  int32_t block = 0;
  float data[kConv];
  int64_t bytes;
  CHECK_REFUSED("no state pool", dp_pool_free(handle));
  CHECK_REFUSED("no state pool", dp_pool_grow(handle, 1, 1));
  CHECK_REFUSED("no state pool", dp_pool_copy_blocks(handle, &block, &block, 1));
  CHECK_REFUSED("no state pool", dp_pool_read(handle, 3, 0, 0, data, sizeof(data)));
  CHECK_REFUSED("no state pool", dp_pool_write(handle, 3, 0, 0, data, sizeof(data)));
  CHECK_REFUSED("no state pool", dp_pool_bytes(handle, &bytes));
}

TEST(HandlesAreNeverUsedTwice) {
  int64_t first = TestPool().handle();
  CHECK(TestPool().handle() > first);
}

TEST(WrongIndexesAndSizesAreRefused) {
  TestPool pool;
  float data[kConv];
  CHECK_REFUSED("slot 5", dp_pool_read(pool.handle(), 3, DP_CONV, kSlots, data, sizeof(data)));
  CHECK_REFUSED("slot -1", dp_pool_read(pool.handle(), 3, DP_CONV, -1, data, sizeof(data)));
  CHECK_REFUSED("block 7", dp_pool_read(pool.handle(), 5, DP_KEY, kBlocks, data, 4 * kKey));
  CHECK_REFUSED("bytes", dp_pool_write(pool.handle(), 3, DP_CONV, 0, data, sizeof(data) - 1));
  CHECK_REFUSED("part", dp_pool_read(pool.handle(), 3, DP_KEY, 0, data, sizeof(data)));
  CHECK_REFUSED("part", dp_pool_read(pool.handle(), 5, DP_RECURRENT, 0, data, 4 * kKey));
  CHECK_REFUSED("no layer 4", dp_pool_read(pool.handle(), 4, DP_CONV, 0, data, sizeof(data)));
  CHECK_REFUSED("null", dp_pool_read(pool.handle(), 3, DP_CONV, 0, nullptr, sizeof(data)));
}

TEST(CopiesWithAWrongIndexChangeNothing) {
  TestPool pool;
  pool.Fill(5, DP_KEY, 0, kKey, 1);
  int32_t from[] = {0, 0};
  int32_t to[] = {1, static_cast<int32_t>(kBlocks)};
  CHECK_REFUSED("block 7", dp_pool_copy_blocks(pool.handle(), from, to, 2));
  CHECK(pool.Read(5, DP_KEY, 1, kKey) == std::vector<float>(kKey));
  to[1] = -1;
  CHECK_REFUSED("block -1", dp_pool_copy_blocks(pool.handle(), from, to, 2));
  CHECK_REFUSED("list", dp_pool_copy_blocks(pool.handle(), nullptr, to, 1));
  CHECK_REFUSED("list", dp_pool_copy_blocks(pool.handle(), from, to, -1));
}

TEST(WrongPoolsAreRefused) {
  CHECK_REFUSED("kernel 0", Create(With(kLinear, &dp_layer::kernel, 0)));
  CHECK_REFUSED("conv_dim -1", Create(With(kLinear, &dp_layer::conv_dim, -1)));
  CHECK_REFUSED("wrong dims", Create(With(kLinear, &dp_layer::kv_heads, 1)));
  CHECK_REFUSED("head_dim 0", Create(With(kAttention, &dp_layer::head_dim, 0)));
  CHECK_REFUSED("wrong dims", Create(With(kAttention, &dp_layer::kernel, 4)));
  CHECK_REFUSED("kind", Create(With(kLinear, &dp_layer::kind, 2)));
  CHECK_REFUSED("layer", Create(With(kLinear, &dp_layer::layer, -1)));
  CHECK_REFUSED("slots", Create(kLinear, -1));
  CHECK_REFUSED("slots", Create(kLinear, int64_t{1} << 31));
  CHECK_REFUSED("blocks", Create(kLinear, 1, -1));
  CHECK_REFUSED("block", Create(kLinear, 1, 1, 0));
  CHECK_REFUSED("kv_type", Create(kLinear, 1, 1, 32, 3));
  CHECK_REFUSED("device", Create(kLinear, 1, 1, 32, 0, -2));
  CHECK_REFUSED("CUDA: ", Create(kLinear, 1, 1, 32, 0, 9999));  // no driver, or no such GPU
  int64_t handle = 0;
  CHECK_REFUSED("layers", dp_pool_create(nullptr, 0, 1, 1, 32, 0, DP_CPU, &handle));
  CHECK_REFUSED("handle", dp_pool_create(&kLinear, 1, 1, 1, 32, 0, DP_CPU, nullptr));
}

TEST(WrongCudaSessionsAreRefused) {
  int64_t number = 0;
  dp_cuda_info info;
  CHECK_REFUSED("CUDA: ", dp_cuda_device(9999, &info));
  CHECK_REFUSED("CUDA: ", dp_cuda_open(9999, &number));
  const std::string unknown = "no CUDA session has the handle 99";
  CHECK_REFUSED(unknown, dp_cuda_close(99));
  CHECK_REFUSED(unknown, dp_cuda_stream(99, &number));
  CHECK_REFUSED(unknown, dp_cuda_missing(99, &number));
  CHECK_REFUSED(unknown, dp_cuda_upload(99, nullptr, nullptr));
  CHECK_REFUSED(unknown, dp_cuda_step(99, nullptr, 0));
  CHECK_REFUSED(unknown, dp_cuda_record(99));
  CHECK_REFUSED(unknown, dp_cuda_replay(99, 1));
  CHECK_REFUSED("info", dp_cuda_device(0, nullptr));
}

TEST(LayerTwiceIsRefused) {
  const dp_layer layers[] = {kLinear, kLinear};
  int64_t handle = 0;
  CHECK_REFUSED("twice", dp_pool_create(layers, 2, 1, 1, 32, 0, DP_CPU, &handle));
}

TEST(SizesThatOverflowAreRefused) {
  dp_layer huge = With(With(kAttention, &dp_layer::kv_heads, INT32_MAX), &dp_layer::head_dim, INT32_MAX);
  CHECK_REFUSED("overflows", Create(huge, 0, 0, INT32_MAX));
  dp_layer wide = With(With(kLinear, &dp_layer::v_heads, INT32_MAX), &dp_layer::k_dim, 1 << 20);
  CHECK_REFUSED("overflows", Create(wide, 200));
}

TEST(MoreMemoryThanThereIsIsRefused) {
  CHECK_REFUSED("cannot allocate", Create(With(kLinear, &dp_layer::conv_dim, 1 << 30), 10000));
}

TEST(KvTypesHaveTheirSizes) {
  std::vector<uint8_t> data(4096);
  CHECK_EQUAL(0, dp_pool_read(TestPool(DP_KV_BF16).handle(), 5, DP_KEY, 0, data.data(), 2 * kKey));
  CHECK_EQUAL(0, dp_pool_read(TestPool(DP_KV_INT8).handle(), 5, DP_KEY, 0, data.data(), kKey + 4 * 2 * 4));
}

TEST(ErrorsBelongToTheirThread) {
  CHECK_REFUSED("no state pool", dp_pool_free(-1));
  std::string other = "unset";
  std::thread([&] { other = dp_error(); }).join();
  CHECK_EQUAL("", other);
  TestPool pool;
  CHECK_EQUAL(std::string(), dp_error());
}

TEST(PoolsMayBeUsedFromManyThreads) {
  TestPool pool;
  std::vector<std::thread> threads;
  for (int32_t t = 0; t < 4; t++) {
    threads.emplace_back([&, t] {
      float data[kRecurrent];
      int32_t to = (t + 1) % 4;
      for (int i = 0; i < 200; i++) {
        dp_pool_write(pool.handle(), 3, DP_RECURRENT, t, data, sizeof(data));
        dp_pool_copy_blocks(pool.handle(), &t, &to, 1);
        dp_pool_grow(pool.handle(), kSlots + t * 200 + i, kBlocks);
        dp_pool_read(pool.handle(), 3, DP_RECURRENT, t, data, sizeof(data));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(KernelsNamesALevel) { CHECK(std::strlen(dp_kernels()) > 0); }
