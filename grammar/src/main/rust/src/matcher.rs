//! Where one output stands in its grammar.

use crate::vocabulary::Vocabulary;
use anyhow::{anyhow, bail, ensure, Result};
use llguidance::api::StopReason;
use llguidance::TokenParser;
use std::sync::Arc;
use toktrie::TokenId;

pub struct Matcher {
    inner: llguidance::Matcher,
    vocabulary: Arc<Vocabulary>,
    /// An end id came after the grammar had stopped by itself; the inner matcher takes none then.
    ended: bool,
    /// Ids that the inner matcher has taken.
    inside: usize,
    mask: Vec<u64>,
}

impl Matcher {
    pub fn start(parser: TokenParser, vocabulary: Arc<Vocabulary>) -> Result<Self> {
        parser.parser.grammar().lexer_spec().check_rollback()?;
        let mut inner = llguidance::Matcher::new(Ok(parser));
        inner.consume_tokens(&[])?; // a grammar of the empty text alone stops at once
        let mask = vec![0; vocabulary.known.len()];
        let mut matcher = Matcher { inner, vocabulary, ended: false, inside: 0, mask };
        matcher.mask()?;
        Ok(matcher)
    }

    /// A matcher in the same state that shares nothing that changes.
    pub fn copy(&self) -> Self {
        Matcher {
            inner: self.inner.deep_clone(),
            vocabulary: self.vocabulary.clone(),
            ended: self.ended,
            inside: self.inside,
            mask: vec![0; self.mask.len()],
        }
    }

    /// Bit i: id i is legal next.
    pub fn mask(&mut self) -> Result<&[u64]> {
        if self.has_ended() {
            self.mask.fill(0);
            return Ok(&self.mask);
        }
        let legal = self.inner.compute_mask_or_eos().map_err(named)?;
        let halves = legal.as_slice();
        for (at, word) in self.mask.iter_mut().enumerate() {
            let low = halves.get(2 * at).copied().unwrap_or(0) as u64;
            let high = halves.get(2 * at + 1).copied().unwrap_or(0) as u64;
            *word = (low | high << 32) & self.vocabulary.known[at];
        }
        Ok(&self.mask)
    }

    /// How many of the ids are legal, one after the other; the state stays.
    pub fn accepts(&mut self, ids: &[i32]) -> Result<usize> {
        self.check()?;
        let ids = self.known(ids);
        if ids.is_empty() || self.has_ended() {
            return Ok(0);
        }
        if self.inner.is_stopped() {
            return Ok(usize::from(self.vocabulary.is_end(ids[0] as i32)));
        }
        self.inner.validate_tokens(&ids)
    }

    /// Takes all ids, or none where one is not legal.
    pub fn consume(&mut self, ids: &[i32]) -> Result<()> {
        for (taken, &id) in ids.iter().enumerate() {
            if self.accepts(&[id])? == 0 {
                self.rollback(taken)?;
                bail!("id {id} is not legal here");
            }
            if self.inner.is_stopped() {
                self.ended = true;
            } else {
                self.inner.consume_token(id as TokenId)?;
                self.inside += 1;
            }
        }
        Ok(())
    }

    pub fn rollback(&mut self, count: usize) -> Result<()> {
        let taken = self.inside + usize::from(self.ended);
        ensure!(count <= taken, "{count} ids to take back, {taken} were taken");
        let inside = count.saturating_sub(usize::from(self.ended));
        self.inner.rollback(inside)?;
        self.inside -= inside;
        self.ended &= count == 0;
        Ok(())
    }

    /// Whether the output may end here.
    pub fn is_accepting(&mut self) -> Result<bool> {
        self.check()?;
        Ok(!self.has_ended() && (self.inner.is_stopped() || self.inner.is_accepting()?))
    }

    /// Whether nothing but an end id may follow, or has followed.
    pub fn is_stopped(&self) -> bool {
        self.ended || self.inner.is_stopped()
    }

    /// The bytes that any output goes on with; a control token is 0xFF, then its id in brackets.
    pub fn forced(&self) -> Vec<u8> {
        if self.is_stopped() {
            return Vec::new();
        }
        self.inner.clone().compute_ff_bytes()
    }

    fn check(&self) -> Result<()> {
        match self.inner.get_error() {
            Some(error) => bail!(error),
            None => Ok(()),
        }
    }

    fn has_ended(&self) -> bool {
        self.ended || self.inner.stop_reason() == StopReason::EndOfSentence
    }

    fn known(&self, ids: &[i32]) -> Vec<TokenId> {
        let known = ids.iter().take_while(|&&id| self.vocabulary.is_known(id));
        known.map(|&id| id as TokenId).collect()
    }
}

fn named(error: anyhow::Error) -> anyhow::Error {
    if error.to_string().starts_with("NoExtensionBias") {
        anyhow!("no text fits the grammar from here on")
    } else {
        error
    }
}
