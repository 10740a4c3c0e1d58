//! llguidance for `io.deltaport.grammar.Native`: a vocabulary and a grammar in, masks of legal ids out.
//!
//! Each object lives behind a handle that Java holds and frees once. No panic leaves this library.

mod compiler;
mod exports;
mod matcher;
mod memory;
mod vocabulary;
