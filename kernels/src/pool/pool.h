// The state of many sequences, owned by the library and addressed by a handle (deltaport.h).
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/region.h"
#include "deltaport.h"
#include "pool/kv_cache.h"
#include "pool/store.h"

namespace deltaport {

// The state of one linear layer.
struct LinearState {
  float* conv = nullptr;       // [slots, kernel - 1, conv_dim]
  float* recurrent = nullptr;  // [slots, v_heads, k_dim, v_dim]
};

class Pool {
 public:
  Pool(const dp_layer* layers, int32_t n, int64_t slots, int64_t blocks, int32_t block, int32_t kv_type,
       std::unique_ptr<StorePlace> place = HostPlace());

  // Handles are never used twice.
  static int64_t Register(std::shared_ptr<Pool> pool);
  static std::shared_ptr<Pool> Find(int64_t handle);
  static void Free(int64_t handle);

  // Held by an op while it runs and by every function of the C API; all members below need it.
  std::mutex& mutex() { return mutex_; }

  int64_t slots() const { return slots_; }
  int64_t blocks() const { return blocks_; }
  int64_t block() const { return block_; }

  // The layer that an op with these dims addresses; throws if it is of another kind or shape, or if the pool is not on
  // the op's device.
  LinearState Linear(const dp_layer& wanted, int32_t device = DP_CPU);
  KvCache Attention(const dp_layer& wanted, int32_t device = DP_CPU);

  void Grow(int64_t slots, int64_t blocks);
  void CopyBlocks(const int32_t* from, const int32_t* to, int64_t n);
  void Read(int32_t layer, int32_t part, int64_t index, void* data, size_t size);
  void Write(int32_t layer, int32_t part, int64_t index, const void* data, size_t size);
  int64_t Bytes() const;

  // One mark a slot and one a block for the checks of a run's tables; a check leaves them zero.
  int32_t* slot_marks() { return reinterpret_cast<int32_t*>(slot_marks_.data()); }    // [slots]
  int32_t* block_marks() { return reinterpret_cast<int32_t*>(block_marks_.data()); }  // [blocks]

 private:
  // parts[0] is conv_state or key_cache, parts[1] recurrent_state or value_cache.
  struct Layer {
    dp_layer spec;
    int64_t item_bytes[2];  // of a slot or block
    std::unique_ptr<Store> parts[2];
  };

  Layer& Matching(const dp_layer& wanted, int32_t device);
  uint8_t* Item(int32_t layer, int32_t part, int64_t index, size_t size);
  int64_t Count(const Layer& layer) const { return layer.spec.kind == DP_LINEAR ? slots_ : blocks_; }

  std::mutex mutex_;
  std::unique_ptr<StorePlace> place_;
  std::vector<Layer> layers_;
  int64_t slots_;
  int64_t blocks_;
  int64_t block_;
  dp_kv_type kv_type_;
  Region slot_marks_;
  Region block_marks_;
};

}  // namespace deltaport
