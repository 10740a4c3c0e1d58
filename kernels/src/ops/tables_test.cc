#include "ops/tables.h"

#include "harness.h"

namespace deltaport::test {
namespace {

// 6 slots, 8 blocks of 4 tokens
Pool MakePool() {
  const dp_layer layers[] = {{0, DP_LINEAR, 2, 4, 1, 1, 2, 0, 0}, {1, DP_FULL_ATTENTION, 0, 0, 0, 0, 0, 1, 2}};
  return Pool(layers, 2, 6, 8, 4, DP_KV_F32);
}

void Rows(std::vector<int32_t> load, std::vector<int32_t> save) {
  Pool pool = MakePool();
  auto check = [&] {
    CheckSlots(pool, load.data(), static_cast<int64_t>(load.size()), save.data(), static_cast<int64_t>(save.size()));
  };
  try {
    check();
  } catch (const std::exception&) {
    for (int64_t slot = 0; slot < 6; slot++) CHECK_EQUAL(0, pool.slot_marks()[slot]);
    throw;
  }
  check();  // leaves no marks behind
}

void Blocks(std::vector<int32_t> cu_seq_lens, std::vector<int32_t> past, std::vector<int32_t> table) {
  Pool pool = MakePool();
  int64_t seqs = static_cast<int64_t>(past.size());
  auto check = [&] {
    CheckBlocks(pool, cu_seq_lens.data(), past.data(), seqs, table.data(), static_cast<int64_t>(table.size()) / seqs);
  };
  try {
    check();
  } catch (const std::exception&) {
    for (int64_t block = 0; block < 8; block++) CHECK_EQUAL(0, pool.block_marks()[block]);
    throw;
  }
  check();
}

void Sequences(std::vector<int32_t> cu_seq_lens, int64_t tokens) {
  CheckSequences(cu_seq_lens.data(), static_cast<int64_t>(cu_seq_lens.size()) - 1, tokens);
}

}  // namespace

TEST(SequencesRiseFromZeroToTokens) {
  Sequences({0}, 0);
  Sequences({0, 3, 3, 7}, 7);
  CHECK_ERROR("expected 0 at the start, found 1", Sequences({1, 3}, 3));
  CHECK_ERROR("falls from 3 to 2 at sequence 1", Sequences({0, 3, 2, 4}, 4));
  CHECK_ERROR("expected 5 tokens at the end, found 4", Sequences({0, 4}, 5));
  CHECK_ERROR("falls", Sequences({0, -1, 4}, 4));
}

TEST(SlotsLieInThePoolAndAreSavedOnce) {
  Rows({-1, 0, 0}, {-1, 5, 1, -1});
  CHECK_ERROR("load_slots: expected -1 to 5, found 6 at sequence 1", Rows({0, 6}, {-1}));
  CHECK_ERROR("load_slots: expected -1 to 5, found -2", Rows({-2}, {-1}));
  CHECK_ERROR("save_slots: expected -1 to 5, found 6 at token 1", Rows({0}, {1, 6}));
  CHECK_ERROR("save_slots: expected -1 to 5, found -2", Rows({0}, {-2}));
  CHECK_ERROR("slot 3 is there twice", Rows({0}, {3, -1, 3}));
  CHECK_ERROR("slot 3 is also saved", Rows({1, 3}, {2, 3}));
}

TEST(BlocksLieInThePoolAndAreWrittenOnce) {
  Blocks({0, 4, 9}, {0, 3}, {7, -1, 1, 2});
  Blocks({0, 1, 2}, {4, 5}, {3, 0, 3, 1});  // a block that both only read
  Blocks({0, 0, 1}, {100, 0}, {-1, 2});     // a sequence with no tokens needs no blocks
  CHECK_ERROR("sequence 0 needs 2 blocks, found 1", Blocks({0, 5}, {0}, {1}));
  CHECK_ERROR("sequence 0 needs 536870912 blocks", Blocks({0, 1}, {INT32_MAX}, {1}));
  CHECK_ERROR("past_lens: expected at least 0, found -1", Blocks({0, 1}, {-1}, {1}));
  CHECK_ERROR("expected 0 to 7, found 8 at sequence 0, block 1", Blocks({0, 1}, {4}, {1, 8}));
  CHECK_ERROR("expected 0 to 7, found -1", Blocks({0, 5}, {0}, {1, -1}));
  CHECK_ERROR("block 1 is written at two places", Blocks({0, 5}, {0}, {1, 1}));
  CHECK_ERROR("block 2 is written at two places", Blocks({0, 1, 2}, {0, 0}, {2, 2}));
  CHECK_ERROR("block 3 is written and read", Blocks({0, 1, 2}, {4, 0}, {3, 0, 3, -1}));
  CHECK_ERROR("block 3 is written and read", Blocks({0, 1}, {4}, {3, 3}));
}

}  // namespace deltaport::test
