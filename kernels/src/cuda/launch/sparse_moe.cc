#include <algorithm>

#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

// With so few rows every row is a tile of its own: there is little to share, and grouping costs a launch.
constexpr int64_t kRowsUngrouped = 128;

// Sets which expert each row has.
void SelectExperts(const SparseMoeParams& params, const Selection& selection, ProductArgs& args, Launcher& launcher) {
  if (args.rows <= kRowsUngrouped) {
    args.selected = selection.experts;
    return;
  }
  GroupArgs group{};
  group.experts_of = selection.experts;
  group.rows = args.rows;
  group.experts = Narrow(params.experts());
  group.tile_rows = TileRows(params.mlps[0], args.rows / params.experts(), launcher);
  group.tile_count = std::min<int64_t>(args.rows, args.rows / group.tile_rows + params.experts());
  group.tiles = launcher.ScratchOf<int32_t>(3 * group.tile_count);  // [tile_count, 3]
  group.order = launcher.ScratchOf<int32_t>(args.rows);             // [rows]
  launcher.Launch(KernelId::group_rows, {1}, 1024, 2 * params.experts() * 4, group);
  args.tiles = group.tiles;
  args.order = group.order;
  args.tile_rows = group.tile_rows;
  args.tile_count = Narrow(group.tile_count);
}

// y [rows, hidden] = the MLP of each row's expert: `routing` says which.
void LaunchMlp(const MlpView& mlp, ProductArgs routing, Activation activation, float* y, Launcher& launcher) {
  float* inner = launcher.ScratchOf<float>(int64_t{2} * routing.rows * mlp.gate.out);  // [2, rows, intermediate]
  routing.y = inner;
  LaunchGateAndUp(routing, mlp, launcher);
  ProductArgs down = DownOf(mlp, inner, y, routing.rows, activation);
  down.experts = routing.experts;
  down.selected = routing.selected;
  down.tiles = routing.tiles;
  down.order = routing.order;
  down.tile_count = routing.tile_count;
  down.tile_rows = routing.tile_rows;
  down.first_part = routing.first_part + 2;
  LaunchProduct(down, 1, launcher);
}

}  // namespace

Selection LaunchRouter(const SparseMoeParams& params, Launcher& launcher) {
  float* logits = params.router_logits;  // [tokens, experts]
  if (logits == nullptr) logits = launcher.ScratchOf<float>(params.tokens * params.experts());
  int32_t* experts = launcher.ScratchOf<int32_t>(params.tokens * params.top_k);  // [tokens, top_k]
  float* weights = launcher.ScratchOf<float>(params.tokens * params.top_k);      // [tokens, top_k]
  float* shared_weights = launcher.ScratchOf<float>(params.tokens);              // [tokens]
  LaunchExactProduct(ProductOf(params.router, params.x, logits, params.tokens), launcher);
  RouteArgs args{};
  args.x = params.x;
  args.shared_expert_gate = params.shared_expert_gate;
  args.logits = logits;
  args.experts_of = experts;
  args.weights = weights;
  args.shared_weights = shared_weights;
  args.hidden = params.hidden();
  args.experts = Narrow(params.experts());
  args.top_k = Narrow(params.top_k);
  args.norm_topk_prob = params.norm_topk_prob;
  launcher.Launch(KernelId::route, {params.tokens}, 32, 4 * params.experts(), args);
  return {experts, weights, shared_weights};
}

void LaunchExperts(const SparseMoeParams& params, const WeightParts* parts, const Selection& selection,
                   Launcher& launcher) {
  int64_t rows = params.tokens * params.top_k;
  float* routed = launcher.ScratchOf<float>(rows * params.hidden());           // [tokens, top_k, hidden]
  float* shared = launcher.ScratchOf<float>(params.tokens * params.hidden());  // [tokens, hidden]
  ProductArgs experts = ProductOf(params.mlps[0].gate, params.x, nullptr, rows);
  experts.experts = parts;
  experts.x_share = Narrow(params.top_k);
  SelectExperts(params, selection, experts, launcher);
  LaunchMlp(params.mlps[0], experts, params.activation, routed, launcher);
  const MlpView& shared_mlp = params.mlps[params.experts()];
  ProductArgs one = ProductOf(shared_mlp.gate, params.x, nullptr, params.tokens);
  one.experts = parts;
  one.first_part = Narrow(3 * params.experts());
  LaunchMlp(shared_mlp, one, params.activation, shared, launcher);
  CombineArgs args{};
  args.routed = routed;
  args.weights = selection.weights;
  args.shared = shared;
  args.shared_weights = selection.shared_weights;
  args.y = params.y;
  args.hidden = params.hidden();
  args.top_k = Narrow(params.top_k);
  launcher.Launch(KernelId::combine_experts, {params.tokens}, 256, 0, args);
}

void LaunchSparseMoe(const SparseMoeParams& params, const WeightParts* parts, Launcher& launcher) {
  LaunchExperts(params, parts, LaunchRouter(params, launcher), launcher);
}

}  // namespace deltaport::cuda
