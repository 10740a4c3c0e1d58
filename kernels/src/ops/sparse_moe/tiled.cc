#include <algorithm>

#include "core/activation.h"
#include "core/workspace.h"
#include "matmul/mlp.h"
#include "matmul/product.h"
#include "matmul/tiled_twins.h"
#include "ops/sparse_moe/kernel.h"
#include "simd/functions.h"

namespace deltaport {
namespace {

constexpr int64_t kChunk = 1024;      // tokens routed and run together
constexpr int64_t kSerialTokens = 4;  // too few to wake a thread for

// Which experts the tokens of a chunk go to. Rows of the grouped work: those of the shared expert, then expert by
// expert.
struct Routing {
  std::vector<int32_t> experts;  // [tokens, top_k], ascending
  std::vector<float> weights;    // [tokens, top_k]
  std::vector<float> shared;     // [tokens]: gate of the shared expert
  std::vector<int32_t> slots;    // [tokens, top_k]: row of the grouped work
  std::vector<int32_t> tokens;   // [tokens * (1 + top_k)]: token of each row
  std::vector<int64_t> begins;   // [experts + 1]: first row of each expert
  std::vector<MlpGroup> groups;

  void Resize(int64_t chunk, int64_t top_k, int64_t count) {
    size_t n = static_cast<size_t>(chunk);
    size_t picks = n * static_cast<size_t>(top_k);
    experts.resize(picks);
    weights.resize(picks);
    shared.resize(n);
    slots.resize(picks);
    tokens.resize(n + picks);
    begins.assign(static_cast<size_t>(count) + 1, 0);
    groups.clear();
  }
};

// The top k of p [experts], ties to the lower id, in ascending order of id; returns the sum of their probabilities.
float PickTop(const float* p, int64_t experts, int64_t top_k, int32_t* picked) {
  // A heap of the best so far whose root is the worst of them.
  auto better = [&](int32_t a, int32_t b) { return p[a] != p[b] ? p[a] > p[b] : a < b; };
  for (int64_t e = 0; e < experts; e++) {
    int32_t candidate = static_cast<int32_t>(e);
    if (e < top_k) {
      picked[e] = candidate;
      std::push_heap(picked, picked + e + 1, better);
    } else if (better(candidate, picked[0])) {
      std::pop_heap(picked, picked + top_k, better);
      picked[top_k - 1] = candidate;
      std::push_heap(picked, picked + top_k, better);
    }
  }
  std::sort_heap(picked, picked + top_k, better);  // best first: summed as the reference does
  float sum = 0;
  for (int64_t i = 0; i < top_k; i++) sum += p[picked[i]];
  std::sort(picked, picked + top_k);
  return sum;
}

void RouteToken(const SparseMoeParams& params, const LaneFunctions& lanes, const float* x, const float* logits,
                int64_t t, float* p, Routing& routing) {  // p [experts]
  lanes.softmax(logits + t * params.experts(), params.experts(), p);
  int32_t* experts = routing.experts.data() + t * params.top_k;  // [top_k]
  float* weights = routing.weights.data() + t * params.top_k;    // [top_k]
  float sum = PickTop(p, params.experts(), params.top_k, experts);
  for (int64_t i = 0; i < params.top_k; i++) {
    weights[i] = params.norm_topk_prob ? p[experts[i]] / sum : p[experts[i]];
  }
  float gate = lanes.dot(x + t * params.hidden(), params.shared_expert_gate, params.hidden());
  routing.shared[static_cast<size_t>(t)] = Sigmoid(gate);
}

// Sorts the picks by expert and makes a group of every expert that has some.
void GroupByExpert(const SparseMoeParams& params, Isa isa, Compute compute, int64_t tokens, Routing& routing) {
  std::vector<int64_t>& begins = routing.begins;
  for (int32_t e : routing.experts) begins[static_cast<size_t>(e) + 1]++;
  begins[0] = tokens;
  for (size_t e = 1; e < begins.size(); e++) begins[e] += begins[e - 1];
  const MlpView& shared = params.mlps[params.experts()];
  routing.groups.push_back({&shared, MlpForms(isa, compute, shared), 0, tokens});
  MlpForms forms(isa, compute, params.mlps[0]);
  for (int64_t e = 0; e < params.experts(); e++) {
    int64_t begin = begins[static_cast<size_t>(e)];
    int64_t rows = begins[static_cast<size_t>(e) + 1] - begin;
    if (rows > 0) routing.groups.push_back({&params.mlps[e], forms, begin, rows});
  }
  for (int64_t t = 0; t < tokens; t++) routing.tokens[static_cast<size_t>(t)] = static_cast<int32_t>(t);
  for (size_t i = 0; i < routing.experts.size(); i++) {
    int64_t row = begins[static_cast<size_t>(routing.experts[i])]++;
    routing.slots[i] = static_cast<int32_t>(row);
    routing.tokens[static_cast<size_t>(row)] = static_cast<int32_t>(static_cast<int64_t>(i) / params.top_k);
  }
}

// y [hidden] of one token: its experts in ascending order, then the shared expert.
void Combine(const SparseMoeParams& params, const LaneFunctions& lanes, const Routing& routing, const float* made,
             int64_t t, float* scratch, float* y) {
  auto rows = reinterpret_cast<const float**>(scratch);  // [top_k + 1]
  float* weights = scratch + 2 * (params.top_k + 1);     // [top_k + 1]
  for (int64_t i = 0; i < params.top_k; i++) {
    size_t pick = static_cast<size_t>(t * params.top_k + i);
    rows[i] = made + routing.slots[pick] * params.hidden();
    weights[i] = routing.weights[pick];
  }
  rows[params.top_k] = made + t * params.hidden();
  weights[params.top_k] = routing.shared[static_cast<size_t>(t)];
  lanes.weighted_sum(weights, rows, params.top_k + 1, params.hidden(), y);
}

// task(begin, end, floats [n]).
template <class Task>
void ForTokens(int64_t tokens, int64_t floats, Parallel& parallel, const Task& task) {
  int64_t block = tokens > kSerialTokens ? 16 : kSerialTokens;
  parallel.ForBlocksWith(floats, tokens, block, task);
}

// x, y [tokens, hidden], logits [tokens, experts] of one chunk.
void RunChunk(const SparseMoeParams& params, Isa isa, Compute compute, const float* x, int64_t tokens, float* logits,
              float* y, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  thread_local Routing own;
  Routing& routing = own;  // a lambda on another thread must not name that thread's own
  const LaneFunctions& lanes = FunctionsFor(isa);
  routing.Resize(tokens, params.top_k, params.experts());
  Multiply(*MatmulKernelFor(isa, Compute::kExact, params.router), x, tokens, params.router, nullptr, logits, parallel);
  ForTokens(tokens, params.experts(), parallel, [&](int64_t begin, int64_t end, float* p) {
    for (int64_t t = begin; t < end; t++) RouteToken(params, lanes, x, logits, t, p, routing);
  });
  GroupByExpert(params, isa, compute, tokens, routing);
  float* made = scope.Floats(static_cast<int64_t>(routing.tokens.size()) * params.hidden());  // [rows, hidden]
  RunMlps(routing.groups, x, routing.tokens.data(), params.activation, made, parallel);
  ForTokens(tokens, 3 * (params.top_k + 1), parallel, [&](int64_t begin, int64_t end, float* scratch) {
    for (int64_t t = begin; t < end; t++) Combine(params, lanes, routing, made, t, scratch, y + t * params.hidden());
  });
}

bool Takes(Isa isa, Compute compute, const SparseMoeParams& params) {
  const MlpView& expert = params.mlps[0];
  const MlpView& shared = params.mlps[params.experts()];
  if (compute == Compute::kFast && !HasFastMatmulKernel(isa, expert) && !HasFastMatmulKernel(isa, shared)) return false;
  return MatmulKernelFor(isa, Compute::kExact, params.router) != nullptr && MlpForms(isa, compute, expert).found() &&
         MlpForms(isa, compute, shared).found();
}

void Run(Isa isa, Compute compute, const SparseMoeParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  float* logits = params.router_logits;  // [tokens, experts]
  if (logits == nullptr) logits = scope.Floats(std::min(kChunk, params.tokens) * params.experts());
  for (int64_t begin = 0; begin < params.tokens; begin += kChunk) {
    int64_t row = begin * params.hidden();
    float* chunk_logits = params.router_logits == nullptr ? logits : logits + begin * params.experts();
    RunChunk(params, isa, compute, params.x + row, std::min(kChunk, params.tokens - begin), chunk_logits,
             params.y + row, parallel);
  }
}

}  // namespace

std::vector<Kernel<SparseMoeParams>> SparseMoeTiled() { return TiledTwins(Takes, Run); }

}  // namespace deltaport
