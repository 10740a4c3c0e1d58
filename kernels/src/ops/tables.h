// Checks of the host tables of a run (docs/ops.md). All throw before anything has been written.
#pragma once

#include <cstdint>

#include "pool/pool.h"

namespace deltaport {

// cu_seq_lens rises from 0 to tokens.
void CheckSequences(const int32_t* cu_seq_lens, int64_t seqs, int64_t tokens);  // [seqs + 1]

// Slots lie in the pool; no slot is saved twice or both loaded and saved.
void CheckSlots(Pool& pool, const int32_t* load_slots, int64_t seqs,  // [seqs]
                const int32_t* save_slots, int64_t tokens);           // [tokens]

// Every sequence with tokens has blocks of the pool for its past and new tokens; no block that is written in this run
// belongs to two places.
void CheckBlocks(Pool& pool, const int32_t* cu_seq_lens, const int32_t* past_lens, int64_t seqs,  // [seqs + 1], [seqs]
                 const int32_t* block_table, int64_t max_blocks);                                 // [seqs, max_blocks]

}  // namespace deltaport
