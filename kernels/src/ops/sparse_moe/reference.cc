#include <algorithm>
#include <cmath>
#include <vector>

#include "core/math.h"
#include "ops/gated_mlp/kernel.h"
#include "ops/sparse_moe/kernel.h"

namespace deltaport {
namespace {

// Tokens of one expert with their weights.
struct Group {
  std::vector<int64_t> tokens;
  std::vector<float> weights;
};

void RouterLogits(const SparseMoeParams& params, float* logits, Parallel& parallel) {  // logits [tokens, experts]
  parallel.ForBlocksWith(params.hidden(), params.experts(), 4, [&](int64_t begin, int64_t end, float* row) {
    for (int64_t e = begin; e < end; e++) {
      WidenRow(params.router, e, row);
      for (int64_t t = 0; t < params.tokens; t++) {
        logits[t * params.experts() + e] = Dot(params.x + t * params.hidden(), row, params.hidden());
      }
    }
  });
}

void Softmax(const float* logits, int64_t n, float* probabilities) {
  float largest = *std::max_element(logits, logits + n);
  float sum = 0;
  for (int64_t i = 0; i < n; i++) sum += probabilities[i] = std::exp(logits[i] - largest);
  for (int64_t i = 0; i < n; i++) probabilities[i] /= sum;
}

// Softmax over all experts, then the top k (ties: lower id), then renormalised only if asked for.
void Route(const SparseMoeParams& params, const float* logits, std::vector<Group>& groups) {
  std::vector<float> p(static_cast<size_t>(params.experts()));
  std::vector<size_t> chosen(static_cast<size_t>(params.top_k));
  for (int64_t t = 0; t < params.tokens; t++) {
    Softmax(logits + t * params.experts(), params.experts(), p.data());
    float sum = 0;
    std::vector<bool> taken(p.size());
    for (size_t& best : chosen) {
      best = p.size();
      for (size_t e = 0; e < p.size(); e++) {
        if (!taken[e] && (best == p.size() || p[e] > p[best])) best = e;
      }
      taken[best] = true;
      sum += p[best];
    }
    for (size_t e : chosen) {
      groups[e].tokens.push_back(t);
      groups[e].weights.push_back(params.norm_topk_prob ? p[e] / sum : p[e]);
    }
  }
}

// y[token] += weight * mlp(x[token]) for the tokens of one group.
void AddMlp(const SparseMoeParams& params, const MlpView& mlp, const Group& group, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  int64_t hidden = params.hidden();
  int64_t n = static_cast<int64_t>(group.tokens.size());
  GatedMlpParams inner;
  float* x = scope.Floats(n * hidden);  // [n, hidden]
  for (int64_t i = 0; i < n; i++) {
    std::copy_n(params.x + group.tokens[static_cast<size_t>(i)] * hidden, hidden, x + i * hidden);
  }
  inner.x = x;
  inner.mlp = mlp;
  inner.y = scope.Floats(n * hidden);  // [n, hidden]
  inner.tokens = n;
  inner.activation = params.activation;
  GatedMlpReference(inner, parallel);
  for (int64_t i = 0; i < n; i++) {
    float* y = params.y + group.tokens[static_cast<size_t>(i)] * hidden;  // [hidden]
    float weight = group.weights[static_cast<size_t>(i)];
    for (int64_t j = 0; j < hidden; j++) y[j] += weight * inner.y[i * hidden + j];
  }
}

Group SharedGroup(const SparseMoeParams& params) {
  Group all;
  for (int64_t t = 0; t < params.tokens; t++) {
    all.tokens.push_back(t);
    all.weights.push_back(Sigmoid(Dot(params.x + t * params.hidden(), params.shared_expert_gate, params.hidden())));
  }
  return all;
}

}  // namespace

void SparseMoeReference(const SparseMoeParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  float* logits = params.router_logits;  // [tokens, experts]
  if (logits == nullptr) logits = scope.Floats(params.tokens * params.experts());
  RouterLogits(params, logits, parallel);
  std::vector<Group> groups(static_cast<size_t>(params.experts()));
  Route(params, logits, groups);
  std::fill_n(params.y, params.tokens * params.hidden(), 0.0f);
  for (size_t e = 0; e < groups.size(); e++) {
    if (!groups[e].tokens.empty()) AddMlp(params, params.mlps[e], groups[e], parallel);
  }
  AddMlp(params, params.mlps[params.experts()], SharedGroup(params), parallel);
}

}  // namespace deltaport
