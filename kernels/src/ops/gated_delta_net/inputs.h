// Where the projections' rows hold what GatedDeltaNet reads of a token, whatever their layout. Device code reads this
// too.
#pragma once

#include <cstdint>

namespace deltaport {

// Grouped by K head (Qwen3-Next): rows [k_heads, q: k_dim, k: k_dim, v: ratio * v_dim, z: ratio * v_dim] and
// [k_heads, b: ratio, a: ratio]. Split (Qwen3.5): rows [q: k_heads * k_dim, k: k_heads * k_dim, v: v_heads * v_dim],
// z [v_heads * v_dim], b [v_heads] and a [v_heads]. Either is a row length and the floats from one K head to the next.
struct DeltaInputs {
  const float* qkv;  // [tokens, qkv_row]
  const float* z;    // rows z_row apart
  const float* b;    // rows gate_row apart
  const float* a;    // rows gate_row apart
  int64_t qkv_row;
  int64_t z_row;
  int64_t gate_row;
  int64_t key_step;  // of q, and of k
  int64_t value_step;
  int64_t z_step;
  int64_t gate_step;
  int64_t key_first;    // of a row of qkv
  int64_t value_first;  // of a row of qkv

  // In a row of qkv: the q and the k of a K head, element i of the values of its V heads.
  constexpr int64_t query(int64_t k_head) const { return k_head * key_step; }
  constexpr int64_t key(int64_t k_head) const { return key_first + k_head * key_step; }
  constexpr int64_t value(int64_t k_head, int64_t i) const { return value_first + k_head * value_step + i; }
  // Element i of the z of a K head's V heads.
  constexpr const float* z_at(int64_t token, int64_t k_head, int64_t i) const {
    return z + token * z_row + k_head * z_step + i;
  }
  // Where the gates of V head i of a K head lie in b and in a.
  constexpr int64_t gate(int64_t token, int64_t k_head, int64_t i) const {
    return token * gate_row + k_head * gate_step + i;
  }
};

}  // namespace deltaport
