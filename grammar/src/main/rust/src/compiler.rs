//! Grammars from text, within limits: a source comes from a stranger.

use crate::matcher::Matcher;
use crate::memory;
use crate::vocabulary::Vocabulary;
use anyhow::{anyhow, bail, ensure, Result};
use llguidance::api::{GrammarWithLexer, ParserLimits, TopLevelGrammar};
use llguidance::earley::SlicedBiasComputer;
use llguidance::{panic_utils, ParserFactory};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc};
use std::thread;
use std::time::Duration;
use toktrie::InferenceCapabilities;

/// Enough for the deepest source that the limits let through.
const STACK_BYTES: usize = 256 << 20;

/// Errors quote the source.
const LONGEST_MESSAGE: usize = 500;

pub struct Compiler {
    vocabulary: Arc<Vocabulary>,
    factory: Arc<ParserFactory>,
    /// Compilations that run, those included that nobody waits for any more.
    running: Arc<AtomicUsize>,
    bounds: Bounds,
}

/// Of compilations, beside those that llguidance keeps.
pub struct Bounds {
    pub most_running: usize,
    /// That one may hold.
    pub bytes: usize,
}

#[derive(Clone, Copy)]
pub enum Kind {
    Lark,
    JsonSchema,
    Regex,
}

impl Compiler {
    pub fn new(vocabulary: Vocabulary, limits: ParserLimits, bounds: Bounds) -> Result<Self> {
        let slices = SlicedBiasComputer::json_slices();
        let mut factory = ParserFactory::new(&vocabulary.env, InferenceCapabilities::default(), &slices)?;
        factory.quiet();
        *factory.limits_mut() = limits;
        Ok(Compiler { vocabulary: Arc::new(vocabulary), factory: Arc::new(factory), running: Arc::default(), bounds })
    }

    /// A matcher at the start of the grammar. A compilation that takes longer is left to itself, and to its limits.
    pub fn compile(&self, grammar: TopLevelGrammar, patience: Duration) -> Result<Matcher> {
        let place = Place::take(&self.running, self.bounds.most_running)?;
        let bytes = self.bounds.bytes;
        let (send, receive) = mpsc::sync_channel(1);
        let factory = self.factory.clone();
        thread::Builder::new().name("grammar".into()).stack_size(STACK_BYTES).spawn(move || {
            memory::bound(bytes);
            let parser = panic_utils::catch_unwind(AssertUnwindSafe(|| factory.create_parser(grammar)));
            memory::bound(usize::MAX);
            drop(place);
            let _ = send.send(parser);
        })?;
        match receive.recv_timeout(patience) {
            Ok(parser) => Matcher::start(parser?, self.vocabulary.clone()),
            Err(_) => bail!("the grammar takes longer than {} ms to compile", patience.as_millis()),
        }
    }
}

/// `line_breaks_first`: up to two line breaks may come before what the source says.
pub fn grammar(kind: Kind, text: &str, line_breaks_first: bool) -> Result<TopLevelGrammar> {
    let mut body = match kind {
        Kind::Lark => GrammarWithLexer::from_lark(text.to_string()),
        Kind::JsonSchema => TopLevelGrammar::from_tagged_str("json_schema", text)?.grammars.remove(0),
        Kind::Regex => GrammarWithLexer::from_regex(text),
    };
    if !line_breaks_first {
        return Ok(TopLevelGrammar::from_grammar(body));
    }
    body.name = Some("body".into());
    let first = GrammarWithLexer::from_lark("start: line_breaks? @body\nline_breaks: /\\n{1,2}/".into());
    Ok(TopLevelGrammar { grammars: vec![first, body], max_tokens: None })
}

struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(running: &Arc<AtomicUsize>, most: usize) -> Result<Place> {
        let before = running.fetch_add(1, Ordering::SeqCst);
        let place = Place(running.clone());
        ensure!(before < most, "{most} other grammars are being compiled; try again later");
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The beginning of an error, without the state and the trace that llguidance adds.
pub fn message(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    let end = ["\n<backtrace>", "\n<state>", "\n<non-verbose/>"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
        .unwrap_or(text.len());
    let mut message: String = text[..end].trim_end().chars().take(LONGEST_MESSAGE).collect();
    if message.len() < text[..end].trim_end().len() {
        message.push('…');
    }
    message
}

impl TryFrom<i32> for Kind {
    type Error = anyhow::Error;

    fn try_from(kind: i32) -> Result<Kind> {
        match kind {
            0 => Ok(Kind::Lark),
            1 => Ok(Kind::JsonSchema),
            2 => Ok(Kind::Regex),
            _ => Err(anyhow!("unknown kind of source {kind}")),
        }
    }
}
