#include <algorithm>
#include <numeric>

#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

// With so few rows every row is a tile of its own: there is little to share, and grouping costs a launch.
constexpr int64_t kRowsUngrouped = 128;

// What the tokens chose, in the launcher's scratch.
struct Selection {
  int32_t* experts;       // [tokens, top_k]
  float* weights;         // [tokens, top_k]
  float* shared_weights;  // [tokens]: of the shared expert
};

Selection LaunchRouter(const SparseMoeParams& params, Launcher& launcher) {
  float* logits = params.router_logits;  // [tokens, experts]
  if (logits == nullptr) logits = launcher.ScratchOf<float>(params.tokens * params.experts());
  Selection selection{};
  selection.experts = launcher.ScratchOf<int32_t>(params.tokens * params.top_k);  // [tokens, top_k]
  selection.weights = launcher.ScratchOf<float>(params.tokens * params.top_k);    // [tokens, top_k]
  selection.shared_weights = launcher.ScratchOf<float>(params.tokens);            // [tokens]
  LaunchExactProduct(ProductOf(params.router, params.x, logits, params.tokens), launcher);
  RouteArgs args{};
  args.x = params.x;
  args.shared_expert_gate = params.shared_expert_gate;
  args.logits = logits;
  args.experts_of = selection.experts;
  args.weights = selection.weights;
  args.shared_weights = selection.shared_weights;
  args.hidden = params.hidden();
  args.experts = Narrow(params.experts());
  args.top_k = Narrow(params.top_k);
  args.norm_topk_prob = params.norm_topk_prob;
  launcher.Launch(KernelId::route, {params.tokens}, 32, 4 * params.experts(), args);
  return selection;
}

// What all experts have in common, which is not where they are.
MlpView AnyExpert(const SparseMoeParams& params) {
  MlpView mlp = params.mlps[0];
  for (WeightView* weight : {&mlp.gate, &mlp.up, &mlp.down}) {
    weight->data = weight->scales = weight->zero_points = nullptr;
  }
  return mlp;
}

// Products of the chosen experts: a row for each choice of a token.
ProductArgs ChosenRows(const SparseMoeParams& params) {
  ProductArgs args = ProductOf(AnyExpert(params).gate, params.x, nullptr, params.tokens * params.top_k);
  args.x_share = Narrow(params.top_k);
  return args;
}

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

// Memory of the chosen experts' products.
struct Routed {
  Routed(const SparseMoeParams& params, int64_t rows, Launcher& launcher)
      : inner(launcher.ScratchOf<float>(2 * rows * params.mlps[0].gate.out)),
        y(launcher.ScratchOf<float>(rows * params.hidden())) {}

  float* inner;  // [2, rows, intermediate]
  float* y;      // [rows = tokens * top_k, hidden]
};

// The MLP of each row's expert: `rows` says which.
void LaunchChosen(const SparseMoeParams& params, ProductArgs rows, const Routed& routed, Launcher& launcher) {
  MlpView mlp = AnyExpert(params);
  rows.y = routed.inner;
  LaunchGateAndUp(rows, mlp, launcher);
  ProductArgs down = DownOf(mlp, routed.inner, routed.y, rows.rows, params.activation);
  down.experts = rows.experts;
  down.selected = rows.selected;
  down.tiles = rows.tiles;
  down.order = rows.order;
  down.tile_count = rows.tile_count;
  down.tile_rows = rows.tile_rows;
  down.first_part = 2;
  LaunchProduct(down, 1, launcher);
}

// y [tokens, hidden] of the shared expert.
const float* LaunchShared(const SparseMoeParams& params, const MlpView& shared, Launcher& launcher) {
  float* y = launcher.ScratchOf<float>(params.tokens * params.hidden());
  LaunchGatedMlp({params.x, shared, y, params.tokens, params.activation}, launcher);
  return y;
}

void LaunchCombine(const SparseMoeParams& params, const Selection& selection, const float* routed, const float* shared,
                   Launcher& launcher) {
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

// Experts that are on the device together, and the tiles of their rows.
struct Wave {
  std::vector<int32_t> experts;
  int64_t first_tile;
  int64_t tiles;
};

struct Waves {
  std::vector<Wave> waves;
  std::vector<int32_t> order;  // [rows], as ProductArgs::order
  std::vector<int32_t> tiles;  // [tiles, 3], as ProductArgs::tiles; experts are counted within their wave
};

// chosen [rows]: the expert of each row. At most `most` experts a wave.
Waves CutWaves(const std::vector<int32_t>& chosen, int64_t most, int32_t tile_rows) {
  Waves cut;
  std::vector<int32_t>& order = cut.order;
  order.resize(chosen.size());
  std::iota(order.begin(), order.end(), 0);
  auto expert_of = [&](int32_t row) { return chosen[static_cast<size_t>(row)]; };
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return expert_of(a) < expert_of(b); });
  int64_t tiles = 0;
  for (auto first = order.begin(); first != order.end();) {
    int32_t expert = expert_of(*first);
    auto end = std::find_if(first, order.end(), [&](int32_t row) { return expert_of(row) != expert; });
    if (cut.waves.empty() || static_cast<int64_t>(cut.waves.back().experts.size()) == most) {
      cut.waves.push_back({{}, tiles, 0});
    }
    Wave& wave = cut.waves.back();
    for (; first < end; first += std::min<int64_t>(tile_rows, end - first)) {
      cut.tiles.push_back(static_cast<int32_t>(wave.experts.size()));
      cut.tiles.push_back(static_cast<int32_t>(first - order.begin()));
      cut.tiles.push_back(static_cast<int32_t>(std::min<int64_t>(tile_rows, end - first)));
      wave.tiles++;
      tiles++;
    }
    wave.experts.push_back(expert);
  }
  return cut;
}

// Scratch with a copy of host values.
template <class T>
T* WriteScratch(const std::vector<T>& values, HostExperts& experts, Launcher& launcher) {
  auto n = static_cast<int64_t>(values.size());
  T* scratch = launcher.ScratchOf<T>(n);
  experts.Write(scratch, values.data(), n * static_cast<int64_t>(sizeof(T)));
  return scratch;
}

}  // namespace

void LaunchSparseMoe(const SparseMoeParams& params, const MlpView& shared, const WeightParts* parts,
                     Launcher& launcher) {
  Selection selection = LaunchRouter(params, launcher);
  ProductArgs rows = ChosenRows(params);
  rows.experts = parts;
  SelectExperts(params, selection, rows, launcher);
  Routed routed(params, rows.rows, launcher);
  LaunchChosen(params, rows, routed, launcher);
  LaunchCombine(params, selection, routed.y, LaunchShared(params, shared, launcher), launcher);
}

void LaunchSparseMoe(const SparseMoeParams& params, const MlpView& shared, HostExperts& experts, Launcher& launcher) {
  Selection selection = LaunchRouter(params, launcher);
  ProductArgs rows = ChosenRows(params);
  std::vector<int32_t> chosen = experts.Read(selection.experts, rows.rows);
  const float* shared_y = LaunchShared(params, shared, launcher);  // runs while experts come
  rows.tile_rows = TileRows(params.mlps[0], rows.rows / params.experts(), launcher);
  Waves cut = CutWaves(chosen, experts.most(), rows.tile_rows);
  rows.order = WriteScratch(cut.order, experts, launcher);
  const int32_t* tiles = WriteScratch(cut.tiles, experts, launcher);
  Routed routed(params, rows.rows, launcher);
  for (const Wave& wave : cut.waves) {
    rows.experts = WriteScratch(experts.Bring(wave.experts), experts, launcher);
    rows.tiles = tiles + 3 * wave.first_tile;
    rows.tile_count = Narrow(wave.tiles);
    LaunchChosen(params, rows, routed, launcher);
  }
  LaunchCombine(params, selection, routed.y, shared_y, launcher);
}

}  // namespace deltaport::cuda
