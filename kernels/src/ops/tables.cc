#include "ops/tables.h"

#include "core/error.h"

namespace deltaport {
namespace {

// Marks items of a pool and clears them again, however the check ends.
class Marks {
 public:
  explicit Marks(int32_t* marks) : marks_(marks) {}
  ~Marks() {
    for (int32_t item : marked_) marks_[item] = 0;
  }
  Marks(const Marks&) = delete;
  Marks& operator=(const Marks&) = delete;

  bool Has(int32_t item) const { return marks_[item] != 0; }
  void Add(int32_t item) {
    marked_.push_back(item);
    marks_[item] = 1;
  }

 private:
  int32_t* marks_;
  std::vector<int32_t> marked_;
};

// The block indexes of a sequence: [0, first_written) are only read, [first_written, end) are written.
struct BlockRange {
  int64_t first_written;
  int64_t end;
};

BlockRange RangeOf(int64_t past, int64_t tokens, int64_t block) {
  if (tokens == 0) return {0, 0};
  return {past / block, (past + tokens - 1) / block + 1};
}

}  // namespace

void CheckSequences(const int32_t* cu_seq_lens, int64_t seqs, int64_t tokens) {
  Require(cu_seq_lens[0] == 0, "cu_seq_lens: expected 0 at the start, found ", cu_seq_lens[0]);
  for (int64_t s = 0; s < seqs; s++) {
    Require(cu_seq_lens[s] <= cu_seq_lens[s + 1], "cu_seq_lens: falls from ", cu_seq_lens[s], " to ",
            cu_seq_lens[s + 1], " at sequence ", s);
  }
  Require(cu_seq_lens[seqs] == tokens, "cu_seq_lens: expected ", tokens, " tokens at the end, found ",
          cu_seq_lens[seqs]);
}

void CheckSlots(Pool& pool, const int32_t* load_slots, int64_t seqs, const int32_t* save_slots, int64_t tokens) {
  Marks saved(pool.slot_marks());
  for (int64_t t = 0; t < tokens; t++) {
    int32_t slot = save_slots[t];
    Require(slot >= -1 && slot < pool.slots(), "save_slots: expected -1 to ", pool.slots() - 1, ", found ", slot,
            " at token ", t);
    if (slot < 0) continue;
    Require(!saved.Has(slot), "save_slots: slot ", slot, " is there twice");
    saved.Add(slot);
  }
  for (int64_t s = 0; s < seqs; s++) {
    int32_t slot = load_slots[s];
    Require(slot >= -1 && slot < pool.slots(), "load_slots: expected -1 to ", pool.slots() - 1, ", found ", slot,
            " at sequence ", s);
    Require(slot < 0 || !saved.Has(slot), "load_slots: slot ", slot, " is also saved in this run");
  }
}

void CheckBlocks(Pool& pool, const int32_t* cu_seq_lens, const int32_t* past_lens, int64_t seqs,
                 const int32_t* block_table, int64_t max_blocks) {
  Marks written(pool.block_marks());
  for (int64_t s = 0; s < seqs; s++) {
    Require(past_lens[s] >= 0, "past_lens: expected at least 0, found ", past_lens[s], " at sequence ", s);
    BlockRange range = RangeOf(past_lens[s], cu_seq_lens[s + 1] - cu_seq_lens[s], pool.block());
    Require(range.end <= max_blocks, "block_table: sequence ", s, " needs ", range.end, " blocks, found ", max_blocks);
    for (int64_t i = 0; i < range.end; i++) {
      int32_t block = block_table[s * max_blocks + i];
      Require(block >= 0 && block < pool.blocks(), "block_table: expected 0 to ", pool.blocks() - 1, ", found ", block,
              " at sequence ", s, ", block ", i);
      if (i < range.first_written) continue;
      Require(!written.Has(block), "block_table: block ", block, " is written at two places");
      written.Add(block);
    }
  }
  for (int64_t s = 0; s < seqs; s++) {
    BlockRange range = RangeOf(past_lens[s], cu_seq_lens[s + 1] - cu_seq_lens[s], pool.block());
    for (int64_t i = 0; i < range.first_written; i++) {
      int32_t block = block_table[s * max_blocks + i];
      Require(!written.Has(block), "block_table: block ", block, " is written and read at two places");
    }
  }
}

}  // namespace deltaport
