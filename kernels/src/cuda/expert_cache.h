// Experts whose weights stay in host memory, and the slots on the device that hold those used last. A step brings the
// experts that its tokens chose; the one that was not used for longest makes room.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/weight.h"
#include "cuda/launches.h"
#include "cuda/staging.h"
#include "ops/gated_mlp/kernel.h"

namespace deltaport::cuda {

// What a weight has beside each other on a device: data, scales, zero points; those that it lacks have no rows.
std::vector<HostRows> RowsOf(const WeightView& weight);

// Bytes that an MLP takes on a device.
int64_t DeviceBytes(const MlpView& mlp);

class ExpertCache {
 public:
  // Copies in the order of `stream`, which outlives this.
  ExpertCache(const Device& device, const Stream& stream) : device_(device), stream_(stream) {}

  // An op's `experts` MLPs, of which a token chooses `top_k`; returns the op's number. `slots`: how many the cache is
  // to have, 0 = as many as fit. Slots that are too small for them are made anew by the next Make.
  int64_t Want(const MlpView* mlps, int64_t experts, int64_t top_k, int64_t slots);

  // Whether there is an op that wants it.
  bool wanted() const { return slot_bytes_ > 0; }

  // Bytes that Make needs at least: the slots asked for, or those of one token.
  int64_t MissingBytes() const;

  // Makes the slots; false where there is nothing to make. Where their number is free, an eighth of the GPU's memory
  // and `spared` bytes stay free.
  bool Make(int64_t spared);

  // Lets them go.
  void Clear();

  int64_t slots() const { return static_cast<int64_t>(slots_.size()); }

  // Brings experts of an op, each named once and at most slots(), and gives [experts, 3]: where their parts are.
  std::vector<WeightParts> Bring(int64_t op, const MlpView* mlps, const std::vector<int32_t>& experts);

  std::vector<int32_t> Read(const int32_t* device, int64_t n);
  void Write(void* device, const void* host, int64_t bytes);

 private:
  using Key = std::pair<int64_t, int32_t>;  // op, expert
  struct Slot {
    Address address;
    std::optional<Key> holds;
  };
  using Slots = std::list<Slot>;

  int64_t SlotCount(int64_t fit) const;
  bool Made() const { return !slots_.empty() && made_bytes_ >= slot_bytes_; }

  const Device& device_;
  const Stream& stream_;
  int64_t ops_ = 0;
  int64_t experts_ = 0;  // of all ops
  int64_t top_k_ = 0;
  int64_t asked_ = 0;       // slots, 0 = as many as fit
  int64_t slot_bytes_ = 0;  // of the largest expert
  int64_t made_bytes_ = 0;  // of the slots there are
  DeviceMemory memory_;
  Slots slots_;  // by use, the last used first
  std::map<Key, Slots::iterator> held_;
  std::unique_ptr<Staging> staging_;
  PinnedMemory read_;
  int64_t read_bytes_ = 0;
};

// One op's view of the cache.
class OpExperts : public HostExperts {
 public:
  // mlps: the caller keeps them.
  OpExperts(ExpertCache& cache, const MlpView* mlps, int64_t experts, int64_t top_k, int64_t slots)
      : cache_(cache), mlps_(mlps), op_(cache.Want(mlps, experts, top_k, slots)) {}

  int64_t most() const override { return cache_.slots(); }
  std::vector<int32_t> Read(const int32_t* device, int64_t n) override { return cache_.Read(device, n); }
  void Write(void* device, const void* host, int64_t bytes) override { cache_.Write(device, host, bytes); }
  std::vector<WeightParts> Bring(const std::vector<int32_t>& experts) override {
    return cache_.Bring(op_, mlps_, experts);
  }

 private:
  ExpertCache& cache_;
  const MlpView* mlps_;  // [experts]
  int64_t op_;
};

}  // namespace deltaport::cuda
