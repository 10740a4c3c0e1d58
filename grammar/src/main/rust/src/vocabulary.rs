//! The bytes of every id, as a trie that masks are read from.

use anyhow::{ensure, Result};
use std::sync::Arc;
use toktrie::{ApproximateTokEnv, TokEnv, TokRxInfo, TokTrie, TokenId};

/// The trie holds a depth in ten bits.
const LONGEST_TOKEN: usize = 1000;

pub struct Vocabulary {
    pub env: TokEnv,
    /// Bit i: id i has bytes or ends an output. No other id is ever legal.
    pub known: Vec<u64>,
    pub ends: Vec<TokenId>,
}

impl Vocabulary {
    /// Token `id` is `bytes[borders[id]..borders[id + 1]]`; those of `control` stand for themselves and spell no text.
    pub fn new(bytes: &[u8], borders: &[i32], control: &[i32], ends: &[i32]) -> Result<Self> {
        let mut tokens: Vec<Vec<u8>> =
            borders.windows(2).map(|border| bytes[border[0] as usize..border[1] as usize].to_vec()).collect();
        for &id in control {
            if !tokens[id as usize].is_empty() {
                tokens[id as usize].insert(0, TokTrie::SPECIAL_TOKEN_MARKER);
            }
        }
        for token in tokens.iter_mut().filter(|token| token.len() > LONGEST_TOKEN) {
            token.clear();
        }
        ensure!(!ends.is_empty(), "no id ends an output");
        let ends: Vec<TokenId> = ends.iter().map(|&id| id as TokenId).collect();
        let known = known(&tokens, &ends);
        let trie = TokTrie::from(&TokRxInfo::new(tokens.len() as u32, ends[0]), &tokens).with_eos_tokens(&ends);
        Ok(Vocabulary { env: Arc::new(ApproximateTokEnv::new(trie)), known, ends })
    }

    pub fn is_known(&self, id: i32) -> bool {
        id >= 0 && self.known.get(id as usize / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    pub fn is_end(&self, id: i32) -> bool {
        self.ends.contains(&(id as TokenId))
    }
}

fn known(tokens: &[Vec<u8>], ends: &[TokenId]) -> Vec<u64> {
    let mut known = vec![0u64; tokens.len().div_ceil(64)];
    let spelled = tokens.iter().enumerate().filter(|(_, token)| !token.is_empty()).map(|(id, _)| id);
    for id in spelled.chain(ends.iter().map(|&id| id as usize)) {
        known[id / 64] |= 1 << (id % 64);
    }
    known
}
