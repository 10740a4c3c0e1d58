#include <string>

#include "core/dispatch.h"
#include "core/guard.h"
#include "core/pin.h"
#include "core/team.h"
#include "cuda/device_store.h"
#include "deltaport.h"
#include "limits/limits.h"
#include "pool/pool.h"

namespace deltaport {

std::string& LastError() {
  static thread_local std::string error;
  return error;
}

namespace {

template <class Body>
int WithPool(int64_t handle, const Body& body) {
  return Guard([&] {
    std::shared_ptr<Pool> pool = Pool::Find(handle);
    std::lock_guard<std::mutex> lock(pool->mutex());
    body(*pool);
  });
}

}  // namespace
}  // namespace deltaport

using deltaport::Guard;
using deltaport::Pool;
using deltaport::Require;
using deltaport::WithPool;

int dp_pool_create(const dp_layer* layers, int32_t n, int64_t slots, int64_t blocks, int32_t block, int32_t kv_type,
                   int32_t device, int64_t* handle) {
  return Guard([&] {
    Require(handle != nullptr, "handle: expected a place for it, found null");
    Require(device >= DP_CPU, "device: expected -1, the CPU, or the number of a GPU; found ", device);
    std::unique_ptr<deltaport::StorePlace> place =
        device == DP_CPU ? deltaport::HostPlace() : deltaport::cuda::DevicePlace(device);
    *handle = Pool::Register(std::make_shared<Pool>(layers, n, slots, blocks, block, kv_type, std::move(place)));
  });
}

int dp_pool_free(int64_t handle) {
  return Guard([&] { Pool::Free(handle); });
}

int dp_pool_grow(int64_t handle, int64_t slots, int64_t blocks) {
  return WithPool(handle, [&](Pool& pool) { pool.Grow(slots, blocks); });
}

int dp_pool_copy_blocks(int64_t handle, const int32_t* from, const int32_t* to, int64_t n) {
  return WithPool(handle, [&](Pool& pool) { pool.CopyBlocks(from, to, n); });
}

int dp_pool_read(int64_t handle, int32_t layer, int32_t part, int64_t index, void* data, size_t size) {
  return WithPool(handle, [&](Pool& pool) {
    Require(data != nullptr || size == 0, "data: expected a buffer, found null");
    pool.Read(layer, part, index, data, size);
  });
}

int dp_pool_write(int64_t handle, int32_t layer, int32_t part, int64_t index, const void* data, size_t size) {
  return WithPool(handle, [&](Pool& pool) {
    Require(data != nullptr || size == 0, "data: expected a buffer, found null");
    pool.Write(layer, part, index, data, size);
  });
}

int dp_pool_bytes(int64_t handle, int64_t* bytes) {
  return WithPool(handle, [&](Pool& pool) {
    Require(bytes != nullptr, "bytes: expected a place for it, found null");
    *bytes = pool.Bytes();
  });
}

const char* dp_error(void) { return deltaport::LastError().c_str(); }

const char* dp_kernels(void) {
  const char* name = "";
  Guard([&] { name = deltaport::IsaName(deltaport::DefaultIsa()); });
  return name;
}

int dp_limits(int32_t threads, double* limits) {
  return Guard([&] {
    Require(limits != nullptr, "limits: expected a place for them, found null");
    Require(threads >= 1 && threads <= 1024, "threads: expected 1 to 1024, found ", threads);
    deltaport::Team team(threads);
    deltaport::Limits found = deltaport::MeasureLimits(team);
    limits[0] = found.read_bytes;
    limits[1] = found.f32_flops;
    limits[2] = found.bf16_flops;
    limits[3] = found.int8_ops;
  });
}

int dp_pin(int32_t cpu) {
  return Guard([&] { deltaport::Pin(cpu); });
}

int dp_unpin(void) {
  return Guard([] { deltaport::Unpin(); });
}
