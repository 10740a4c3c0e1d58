#include "matmul/mlp.h"

#include <algorithm>

#include "core/workspace.h"
#include "matmul/product.h"

namespace deltaport {
namespace {

constexpr int64_t kUnit = 32;              // columns of the inner width that one task makes at least, a panel pair
constexpr int64_t kTaskBytes = 128 << 10;  // of weights times row tiles

// One group with its packed rows, before and between the products.
struct Stage {
  const MlpGroup* group;
  bool packs;  // its rows itself, not those of the stage before, which are the same
  PackedRows x;
  PackedRows inner;
};

// A stretch of one stage: row tiles, columns of the inner width or panel pairs of the result.
struct Task {
  const Stage* stage;
  int64_t begin;
  int64_t end;
};

int64_t RowFloats(const MlpGroup& group) {
  return group.forms.inner->row_floats(group.mlp->gate) + group.forms.outer->row_floats(group.mlp->down);
}

// Whether two groups are of the same single token, which is packed once for both.
bool SameRow(const MlpGroup& a, const MlpGroup& b, const int32_t* tokens) {
  return a.rows == 1 && b.rows == 1 && a.forms.inner == b.forms.inner && tokens != nullptr &&
         tokens[a.begin] == tokens[b.begin];
}

void MakeStages(const std::vector<MlpGroup>& groups, const int32_t* tokens, float* buffer, std::vector<Stage>& stages) {
  stages.clear();
  for (const MlpGroup& group : groups) {
    const MlpForms& forms = group.forms;
    bool packs = stages.empty() || !SameRow(*stages.back().group, group, tokens);
    PackedRows x{buffer, group.rows, forms.inner->row_floats(group.mlp->gate), forms.inner->tile_rows};
    if (packs) {
      buffer += x.rows * x.row_floats;
    } else {
      x = stages.back().x;
    }
    PackedRows inner{buffer, group.rows, forms.outer->row_floats(group.mlp->down), forms.outer->tile_rows};
    buffer += inner.rows * inner.row_floats;
    stages.push_back({&group, packs, x, inner});
  }
}

// Cuts [0, n) of every stage into tasks of `step`.
template <class Count, class Step>
void MakeTasks(const std::vector<Stage>& stages, const Count& count, const Step& step, std::vector<Task>& tasks) {
  tasks.clear();
  for (const Stage& stage : stages) {
    int64_t n = count(stage);
    int64_t s = step(stage);
    for (int64_t begin = 0; begin < n; begin += s) tasks.push_back({&stage, begin, std::min(begin + s, n)});
  }
}

// How many units of `bytes` weights make a task.
int64_t Units(int64_t bytes, const PackedRows& rows) {
  return std::max<int64_t>(1, kTaskBytes / (bytes * rows.tiles()));
}

void PackTile(const Stage& stage, int64_t t, const float* x, const int32_t* tokens) {
  const MlpGroup& group = *stage.group;
  int64_t hidden = group.mlp->gate.in;
  const float* from[16];
  for (int64_t i = 0; i < stage.x.height(t); i++) {
    int64_t row = group.begin + stage.x.begin(t) + i;
    from[i] = x + (tokens == nullptr ? row : tokens[row]) * hidden;
  }
  group.forms.inner->pack(from, stage.x.height(t), 0, hidden, hidden, stage.x.tile(t));
}

// gate [n] = activation(gate) * up [n].
void Activate(const MatmulKernel& form, Activation activation, float* gate, const float* up, int64_t n) {
  if (activation == Activation::kSilu) return form.silu_mul(gate, up, n);
  ActivateAll(activation, gate, n);
  for (int64_t i = 0; i < n; i++) gate[i] *= up[i];
}

// Columns [begin, end) of the inner width, packed for the outer product. All panels of one weight before those of the
// other: they lie side by side, and a gap stops the processor from reading ahead.
void RunInner(const Task& task, Activation activation, float* scratch) {
  const Stage& stage = *task.stage;
  const MlpGroup& group = *stage.group;
  const MlpView& mlp = *group.mlp;
  int64_t columns = task.end - task.begin;
  float* gate = scratch;                    // [rows, columns]
  float* up = gate + group.rows * columns;  // [rows, columns]
  float* panels = up + group.rows * columns;
  auto multiply = [&](const WeightView& weight, float* y) {  // y [rows, columns]
    MultiplyPairs(*group.forms.inner, weight, task.begin / kUnit, CeilDiv(task.end, kUnit), stage.x, 0, stage.x.tiles(),
                  y, columns, panels);
  };
  multiply(mlp.gate, gate);
  multiply(mlp.up, up);
  Activate(*group.forms.inner, activation, gate, up, group.rows * columns);
  for (int64_t t = 0; t < stage.inner.tiles(); t++) {
    const float* from[16];
    for (int64_t i = 0; i < stage.inner.height(t); i++) from[i] = gate + (stage.inner.begin(t) + i) * columns;
    group.forms.outer->pack(from, stage.inner.height(t), task.begin, task.end, mlp.down.in, stage.inner.tile(t));
  }
}

int64_t InnerFloats(const Task& task) {
  const MlpGroup& group = *task.stage->group;
  const MatmulKernel& form = *group.forms.inner;
  return 2 * group.rows * (task.end - task.begin) +
         std::max(form.scratch_floats(group.mlp->gate, group.rows), form.scratch_floats(group.mlp->up, group.rows));
}

int64_t OuterFloats(const Task& task) {
  const MlpGroup& group = *task.stage->group;
  return group.forms.outer->scratch_floats(group.mlp->down, group.rows);
}

// The most that one of the tasks takes.
int64_t MostFloats(const std::vector<Task>& tasks, int64_t (*floats)(const Task&)) {
  int64_t most = 0;
  for (const Task& task : tasks) most = std::max(most, floats(task));
  return most;
}

// Panel pairs [begin, end) of the result.
void RunOuter(const Task& task, float* y, float* scratch) {
  const Stage& stage = *task.stage;
  const WeightView& down = stage.group->mlp->down;
  MultiplyPairs(*stage.group->forms.outer, down, task.begin, task.end, stage.inner, 0, stage.inner.tiles(),
                y + stage.group->begin * down.out + 32 * task.begin, down.out, scratch);
}

}  // namespace

MlpForms::MlpForms(Isa isa, Compute compute, const MlpView& mlp)
    : inner(MatmulKernelFor(isa, compute, mlp.gate)), outer(MatmulKernelFor(isa, compute, mlp.down)) {
  // The two inner products read the same packed rows.
  if (MatmulKernelFor(isa, compute, mlp.up) != inner) inner = nullptr;
}

bool HasFastMatmulKernel(Isa isa, const MlpView& mlp) {
  return HasFastMatmulKernel(isa, mlp.gate) || HasFastMatmulKernel(isa, mlp.down);
}

void RunMlps(const std::vector<MlpGroup>& groups, const float* x, const int32_t* tokens, Activation activation,
             float* y, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  thread_local std::vector<Stage> stages;
  thread_local std::vector<Task> tasks;
  int64_t floats = 0;
  for (const MlpGroup& group : groups) floats += group.rows * RowFloats(group);
  MakeStages(groups, tokens, scope.Floats(floats), stages);
  const std::vector<Task>& made = tasks;  // a lambda on another thread must not name that thread's own

  MakeTasks(stages, [](const Stage& s) { return s.packs ? s.x.tiles() : 0; }, [](const Stage&) { return 1; }, tasks);
  parallel.For(static_cast<int64_t>(made.size()), [&](int64_t i) {
    const Task& task = made[static_cast<size_t>(i)];
    PackTile(*task.stage, task.begin, x, tokens);
  });
  MakeTasks(
      stages, [](const Stage& s) { return s.group->mlp->gate.out; },
      [](const Stage& s) { return kUnit * Units(2 * kUnit * s.group->mlp->gate.row_bytes(), s.x); }, tasks);
  parallel.ForWith(MostFloats(made, InnerFloats), static_cast<int64_t>(made.size()),
                   [&](int64_t i, float* scratch) { RunInner(made[static_cast<size_t>(i)], activation, scratch); });
  MakeTasks(
      stages, [](const Stage& s) { return CeilDiv(s.group->mlp->down.out, 32); },
      [](const Stage& s) { return Units(32 * s.group->mlp->down.row_bytes(), s.inner); }, tasks);
  parallel.ForWith(MostFloats(made, OuterFloats), static_cast<int64_t>(made.size()),
                   [&](int64_t i, float* scratch) { RunOuter(made[static_cast<size_t>(i)], y, scratch); });
}

}  // namespace deltaport
