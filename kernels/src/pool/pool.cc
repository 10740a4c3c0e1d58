#include "pool/pool.h"

#include <algorithm>
#include <limits>

#include "core/handles.h"
#include "core/sizes.h"

namespace deltaport {
namespace {

Handles<Pool>& Pools() {
  // Never destroyed: a session may outlive the library's static objects.
  static Handles<Pool>* pools = new Handles<Pool>("state pool");
  return *pools;
}

std::string Describe(const dp_layer& layer) {
  std::ostringstream text;
  if (layer.kind == DP_LINEAR) {
    text << "linear, kernel " << layer.kernel << ", conv_dim " << layer.conv_dim << ", v_heads " << layer.v_heads
         << ", k_dim " << layer.k_dim << ", v_dim " << layer.v_dim;
  } else {
    text << "full attention, kv_heads " << layer.kv_heads << ", head_dim " << layer.head_dim;
  }
  return text.str();
}

void CheckLayer(const dp_layer& layer) {
  Require(layer.layer >= 0, "layer: expected a number from 0, found ", layer.layer);
  Require(layer.kind == DP_LINEAR || layer.kind == DP_FULL_ATTENTION, "layer ", layer.layer,
          ": expected kind 0 or 1, found ", layer.kind);
  bool linear = layer.kind == DP_LINEAR;
  for (int32_t dim : {layer.kernel, layer.conv_dim, layer.v_heads, layer.k_dim, layer.v_dim}) {
    Require(linear ? dim > 0 : dim == 0, "layer ", layer.layer, ": wrong dims for its kind: ", Describe(layer));
  }
  for (int32_t dim : {layer.kv_heads, layer.head_dim}) {
    Require(linear ? dim == 0 : dim > 0, "layer ", layer.layer, ": wrong dims for its kind: ", Describe(layer));
  }
}

bool SameDims(const dp_layer& a, const dp_layer& b) {
  return a.kind == b.kind && a.kernel == b.kernel && a.conv_dim == b.conv_dim && a.v_heads == b.v_heads &&
         a.k_dim == b.k_dim && a.v_dim == b.v_dim && a.kv_heads == b.kv_heads && a.head_dim == b.head_dim;
}

// Slots and blocks are addressed by int32 tables.
void CheckCount(const char* what, int64_t n) {
  Require(n >= 0 && n <= std::numeric_limits<int32_t>::max(), what, ": expected 0 to 2147483647, found ", n);
}

void CheckIndex(const char* what, int64_t index, int64_t n) {
  Require(index >= 0 && index < n, what, " ", index, " is not in the pool's ", n);
}

}  // namespace

Pool::Pool(const dp_layer* layers, int32_t n, int64_t slots, int64_t blocks, int32_t block, int32_t kv_type,
           std::unique_ptr<StorePlace> place)
    : place_(std::move(place)),
      slots_(slots),
      blocks_(blocks),
      block_(block),
      kv_type_(static_cast<dp_kv_type>(kv_type)) {
  Require(n > 0 && layers != nullptr, "layers: expected at least 1, found ", n);
  Require(block > 0, "block: expected at least 1 token, found ", block);
  Require(kv_type >= DP_KV_F32 && kv_type <= DP_KV_INT8, "kv_type: expected 0 to 2, found ", kv_type);
  CheckCount("slots", slots);
  CheckCount("blocks", blocks);
  for (int32_t i = 0; i < n; i++) {
    const dp_layer& spec = layers[i];
    CheckLayer(spec);
    for (const Layer& other : layers_) Require(other.spec.layer != spec.layer, "layer ", spec.layer, " is there twice");
    Layer layer{spec, {}, {}};
    if (spec.kind == DP_LINEAR) {
      layer.item_bytes[0] = Multiply(4, spec.kernel - 1, spec.conv_dim);
      layer.item_bytes[1] = Multiply(4, spec.v_heads, spec.k_dim, spec.v_dim);
    } else {
      Multiply(8, spec.kv_heads, spec.head_dim, block);  // at least block_bytes
      layer.item_bytes[0] = layer.item_bytes[1] =
          KvCache{kv_type_, nullptr, nullptr, block, spec.kv_heads, spec.head_dim}.block_bytes();
    }
    for (int part = 0; part < 2; part++) {
      layer.parts[part] = place_->Make(Multiply(Count(layer), layer.item_bytes[part]));
    }
    layers_.push_back(std::move(layer));
  }
  place_->Finish();
  slot_marks_ = Region(4 * slots);
  block_marks_ = Region(4 * blocks);
}

int64_t Pool::Register(std::shared_ptr<Pool> pool) { return Pools().Register(std::move(pool)); }

std::shared_ptr<Pool> Pool::Find(int64_t handle) { return Pools().Find(handle); }

void Pool::Free(int64_t handle) { Pools().Free(handle); }

Pool::Layer& Pool::Matching(const dp_layer& wanted, int32_t device) {
  Require(place_->device() == device, "the state pool is on device ", place_->device(), ", the op on ", device,
          " (-1 is the CPU)");
  for (Layer& layer : layers_) {
    if (layer.spec.layer != wanted.layer) continue;
    if (!SameDims(layer.spec, wanted)) {  // described only then
      Fail("layer ", wanted.layer, " of the state pool: expected ", Describe(wanted), ", found ", Describe(layer.spec));
    }
    return layer;
  }
  Fail("the state pool has no layer ", wanted.layer);
}

LinearState Pool::Linear(const dp_layer& wanted, int32_t device) {
  Layer& layer = Matching(wanted, device);
  return {reinterpret_cast<float*>(layer.parts[0]->data()), reinterpret_cast<float*>(layer.parts[1]->data())};
}

KvCache Pool::Attention(const dp_layer& wanted, int32_t device) {
  Layer& layer = Matching(wanted, device);
  return {kv_type_, layer.parts[0]->data(), layer.parts[1]->data(), block_, wanted.kv_heads, wanted.head_dim};
}

void Pool::Grow(int64_t slots, int64_t blocks) {
  CheckCount("slots", slots);
  CheckCount("blocks", blocks);
  Require(slots >= slots_ && blocks >= blocks_, "a pool cannot shrink from ", slots_, " slots and ", blocks_,
          " blocks to ", slots, " and ", blocks);
  for (Layer& layer : layers_) {
    int64_t count = layer.spec.kind == DP_LINEAR ? slots : blocks;
    for (int part = 0; part < 2; part++) layer.parts[part]->Grow(Multiply(count, layer.item_bytes[part]));
  }
  place_->Finish();
  slot_marks_.Grow(4 * slots);
  block_marks_.Grow(4 * blocks);
  slots_ = slots;
  blocks_ = blocks;
}

void Pool::CopyBlocks(const int32_t* from, const int32_t* to, int64_t n) {
  Require(n >= 0 && (n == 0 || (from != nullptr && to != nullptr)), "blocks to copy: expected a list, found ", n);
  for (int64_t i = 0; i < n; i++) {
    CheckIndex("block", from[i], blocks_);
    CheckIndex("block", to[i], blocks_);
  }
  for (Layer& layer : layers_) {
    if (layer.spec.kind != DP_FULL_ATTENTION) continue;
    for (int part = 0; part < 2; part++) {
      int64_t bytes = layer.item_bytes[part];
      uint8_t* data = layer.parts[part]->data();
      for (int64_t i = 0; i < n && bytes > 0; i++) {
        if (to[i] != from[i]) place_->Copy(data + to[i] * bytes, data + from[i] * bytes, bytes);
      }
    }
  }
  place_->Finish();
}

uint8_t* Pool::Item(int32_t layer, int32_t part, int64_t index, size_t size) {
  for (Layer& candidate : layers_) {
    if (candidate.spec.layer != layer) continue;
    int first = candidate.spec.kind == DP_LINEAR ? DP_CONV : DP_KEY;
    Require(part == first || part == first + 1, "layer ", layer, ": expected part ", first, " or ", first + 1,
            ", found ", part);
    CheckIndex(candidate.spec.kind == DP_LINEAR ? "slot" : "block", index, Count(candidate));
    int64_t bytes = candidate.item_bytes[part - first];
    Require(size == static_cast<size_t>(bytes), "layer ", layer, " part ", part, ": expected ", bytes, " bytes, found ",
            size);
    return candidate.parts[part - first]->data() + index * bytes;
  }
  Fail("the state pool has no layer ", layer);
}

void Pool::Read(int32_t layer, int32_t part, int64_t index, void* data, size_t size) {
  const uint8_t* item = Item(layer, part, index, size);
  place_->Read(data, item, static_cast<int64_t>(size));
  place_->Finish();
}

void Pool::Write(int32_t layer, int32_t part, int64_t index, const void* data, size_t size) {
  uint8_t* item = Item(layer, part, index, size);
  place_->Write(item, data, static_cast<int64_t>(size));
  place_->Finish();
}

int64_t Pool::Bytes() const {
  int64_t bytes = 0;
  for (const Layer& layer : layers_) {
    bytes = Add(bytes, Multiply(Count(layer), Add(layer.item_bytes[0], layer.item_bytes[1])));
  }
  return bytes;
}

}  // namespace deltaport
