// One valid node of every op, small, and a pool for those with state.
#pragma once

#include <vector>

#include "fake_ort.h"

namespace deltaport::test {

// A pool with layer 0 linear and layer 1 full attention; its contents can be compared.
class NodePool {
 public:
  NodePool();
  ~NodePool();
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;

  int64_t handle() const { return handle_; }
  std::vector<uint8_t> Contents() const;
  void Fill(uint8_t byte) const;

 private:
  int64_t handle_ = 0;
};

// Variants of an op (formats, optional inputs) are nodes of their own.
std::vector<Node> ValidNodes(int64_t pool);

}  // namespace deltaport::test
