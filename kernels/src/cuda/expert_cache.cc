#include "cuda/expert_cache.h"

#include <algorithm>

#include "core/sizes.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kSparedShare = 8;  // of the GPU's memory one part, for state and activations that grow

// Calls visit(rows, offset) for all parts of an MLP; returns its bytes.
template <class Visit>
int64_t LayOut(const MlpView& mlp, const Visit& visit) {
  int64_t offset = 0;
  for (const WeightView* weight : {&mlp.gate, &mlp.up, &mlp.down}) {
    for (const HostRows& rows : RowsOf(*weight)) {
      visit(rows, offset);
      offset = Add(offset, Aligned(rows.device_bytes()));
    }
  }
  return offset;
}

// Where the parts of an MLP at `address` are: [3 (gate, up, down)].
void AddParts(const MlpView& mlp, Address address, std::vector<WeightParts>& parts) {
  std::vector<const uint8_t*> places;
  LayOut(mlp, [&](const HostRows& rows, int64_t offset) {
    places.push_back(rows.rows == 0 ? nullptr : Pointer(address) + offset);
  });
  const uint8_t* const* next = places.data();
  for (const WeightView* weight : {&mlp.gate, &mlp.up, &mlp.down}) {
    parts.push_back({next[0], next[1], next[2], weight->factor});
    next += 3;
  }
}

}  // namespace

std::vector<HostRows> RowsOf(const WeightView& weight) {
  std::vector<HostRows> rows(3);
  rows[0] = {weight.data, weight.out, weight.row_bytes(), DeviceRowBytes(weight.format, weight.in)};
  if (weight.scales == nullptr) return rows;
  int64_t blocks = Multiply(CeilDiv(weight.out, weight.block_out), weight.blocks_in());
  int64_t bytes = RowBytes(weight.scale_format, blocks);
  rows[1] = {weight.scales, 1, bytes, bytes};
  if (weight.zero_points != nullptr) rows[2] = {weight.zero_points, 1, blocks, blocks};
  return rows;
}

int64_t DeviceBytes(const MlpView& mlp) {
  return LayOut(mlp, [](const HostRows&, int64_t) {});
}

int64_t ExpertCache::Want(const MlpView* mlps, int64_t experts, int64_t top_k, int64_t slots) {
  for (int64_t e = 0; e < experts; e++) slot_bytes_ = std::max(slot_bytes_, DeviceBytes(mlps[e]));
  experts_ = Add(experts_, experts);
  top_k_ = std::max(top_k_, top_k);
  asked_ = slots;
  return ops_++;
}

// Slots where as many as `fit` have room.
int64_t ExpertCache::SlotCount(int64_t fit) const {
  return std::min(experts_, asked_ > 0 ? asked_ : std::max(top_k_, fit));
}

int64_t ExpertCache::MissingBytes() const { return Made() ? 0 : Multiply(SlotCount(0), slot_bytes_); }

bool ExpertCache::Make(int64_t spared) {
  if (Made() || !wanted()) return false;
  Clear();
  DeviceInfo info = device_.Info();
  int64_t fit = (info.free_bytes - spared - info.total_bytes / kSparedShare) / slot_bytes_;
  int64_t count = SlotCount(fit);
  if (staging_ == nullptr) staging_ = std::make_unique<Staging>(device_, stream_);
  memory_ = Allocate(device_, Multiply(count, slot_bytes_));
  made_bytes_ = slot_bytes_;
  for (int64_t i = 0; i < count; i++) {
    slots_.push_back({memory_.get() + static_cast<Address>(i * slot_bytes_), std::nullopt});
  }
  return true;
}

void ExpertCache::Clear() {
  held_.clear();
  slots_.clear();
  memory_ = DeviceMemory();
}

std::vector<WeightParts> ExpertCache::Bring(int64_t op, const MlpView* mlps, const std::vector<int32_t>& experts) {
  Require(experts.size() <= slots_.size(), "CUDA: ", experts.size(), " experts wanted at once, ", slots_.size(),
          " slots");
  // Those that are there come first, so that none of them makes room for another.
  for (int32_t expert : experts) {
    auto found = held_.find({op, expert});
    if (found != held_.end()) slots_.splice(slots_.begin(), slots_, found->second);
  }
  std::vector<WeightParts> parts;
  std::vector<std::pair<Key, Slots::iterator>> brought;
  for (int32_t expert : experts) {
    auto found = held_.find({op, expert});
    if (found != held_.end()) {
      AddParts(mlps[expert], found->second->address, parts);
      continue;
    }
    auto slot = std::prev(slots_.end());
    if (slot->holds) held_.erase(*slot->holds);
    slot->holds.reset();
    slots_.splice(slots_.begin(), slots_, slot);
    LayOut(mlps[expert], [&](const HostRows& rows, int64_t offset) {
      staging_->Copy(slot->address + static_cast<Address>(offset), rows);
    });
    AddParts(mlps[expert], slot->address, parts);
    brought.push_back({{op, expert}, slot});
  }
  staging_->Flush();
  for (const auto& [key, slot] : brought) {
    slot->holds = key;
    held_[key] = slot;
  }
  return parts;
}

std::vector<int32_t> ExpertCache::Read(const int32_t* device, int64_t n) {
  int64_t bytes = Multiply(n, sizeof(int32_t));
  if (bytes > read_bytes_) {
    read_ = AllocatePinned(device_, bytes);
    read_bytes_ = bytes;
  }
  Check(Driver::Get().MemcpyDtoHAsync(read_.get(), AddressOf(device), static_cast<size_t>(bytes), stream_.get()),
        "reading which experts were chosen");
  Synchronize(stream_);
  auto numbers = static_cast<const int32_t*>(read_.get());
  return std::vector<int32_t>(numbers, numbers + n);
}

void ExpertCache::Write(void* device, const void* host, int64_t bytes) {
  staging_->Copy(AddressOf(device), host, bytes);
  staging_->Flush();
}

}  // namespace deltaport::cuda
