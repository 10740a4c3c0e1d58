//! `io.deltaport.grammar.Native`, function by function. Java holds a handle, gives it to one call at a time and frees
//! it once.

use crate::compiler::{grammar, message, Bounds, Compiler, Kind};
use crate::matcher::Matcher;
use crate::vocabulary::Vocabulary;
use anyhow::{Context, Result};
use jni::errors::ErrorPolicy;
use jni::objects::{JByteArray, JClass, JIntArray, JLongArray};
use jni::strings::JNIString;
use jni::sys::{jboolean, jint, jlong};
use jni::{jni_str, Env, EnvUnowned};
use llguidance::api::ParserLimits;
use llguidance::panic_utils;
use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

type Ignored<'local> = JClass<'local>;

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_compilerCreate<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    bytes: JByteArray<'local>,
    borders: JIntArray<'local>,
    control: JIntArray<'local>,
    ends: JIntArray<'local>,
    limits: JLongArray<'local>,
) -> jlong {
    call(&mut env, |env| {
        let vocabulary = Vocabulary::new(
            &env.convert_byte_array(&bytes)?,
            &ints(env, &borders)?,
            &ints(env, &control)?,
            &ints(env, &ends)?,
        )?;
        let mut values = [0; 8];
        limits.get_region(env, 0, &mut values)?;
        let [most_running, bytes, fuel, symbols, states, row_items, step_fuel, step_items] = values;
        let limits = ParserLimits {
            initial_lexer_fuel: fuel as u64,
            max_grammar_size: symbols as usize,
            max_lexer_states: states as usize,
            max_items_in_row: row_items as usize,
            step_lexer_fuel: step_fuel as u64,
            step_max_items: step_items as usize,
            precompute_large_lexemes: true,
            verbose_errors: false,
        };
        let bounds = Bounds { most_running: most_running as usize, bytes: bytes as usize };
        Ok(handle(Compiler::new(vocabulary, limits, bounds)?))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_compilerFree(_: EnvUnowned, _: JClass, compiler: jlong) {
    free::<Compiler>(compiler);
}

/// A matcher at the start.
#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_compile<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    compiler: jlong,
    kind: jint,
    text: JByteArray<'local>,
    line_breaks_first: jboolean,
    millis: jlong,
) -> jlong {
    call(&mut env, |env| {
        let text = String::from_utf8(env.convert_byte_array(&text)?)?;
        let grammar = grammar(Kind::try_from(kind)?, &text, line_breaks_first)?;
        let matcher = shared::<Compiler>(compiler).compile(grammar, Duration::from_millis(millis as u64))?;
        Ok(handle(matcher))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_matcherCopy<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
) -> jlong {
    call(&mut env, |_| Ok(handle(of::<Matcher>(matcher).copy())))
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_matcherFree(_: EnvUnowned, _: JClass, matcher: jlong) {
    free::<Matcher>(matcher);
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_mask<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
    words: JLongArray<'local>,
) {
    call(&mut env, |env| {
        let mask = of::<Matcher>(matcher).mask()?;
        // SAFETY: a jlong is as large as a u64 and any bits are one.
        let bits = unsafe { std::slice::from_raw_parts(mask.as_ptr().cast::<jlong>(), mask.len()) };
        Ok(words.set_region(env, 0, bits)?)
    })
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_accepts<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
    ids: JIntArray<'local>,
) -> jint {
    call(&mut env, |env| {
        let ids = ints(env, &ids)?;
        Ok(of::<Matcher>(matcher).accepts(&ids)? as jint)
    })
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_consume<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
    ids: JIntArray<'local>,
) {
    call(&mut env, |env| {
        let ids = ints(env, &ids)?;
        of::<Matcher>(matcher).consume(&ids)
    })
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_rollback<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
    count: jint,
) {
    call(&mut env, |_| of::<Matcher>(matcher).rollback(count as usize))
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_isAccepting<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
) -> jboolean {
    call(&mut env, |_| of::<Matcher>(matcher).is_accepting())
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_isStopped<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
) -> jboolean {
    call(&mut env, |_| Ok(of::<Matcher>(matcher).is_stopped()))
}

#[no_mangle]
pub extern "system" fn Java_io_deltaport_grammar_Native_forced<'local>(
    mut env: EnvUnowned<'local>,
    _: Ignored<'local>,
    matcher: jlong,
) -> JByteArray<'local> {
    call(&mut env, |env| Ok(env.byte_array_from_slice(&of::<Matcher>(matcher).forced())?))
}

/// Runs a function whose error, or panic, becomes a `GrammarException`.
fn call<'local, T: Default>(env: &mut EnvUnowned<'local>, function: impl FnOnce(&mut Env<'local>) -> Result<T>) -> T {
    env.with_env(|env| panic_utils::catch_unwind(AssertUnwindSafe(|| function(env)))).resolve::<Throw>()
}

struct Throw;

impl<T: Default> ErrorPolicy<T, anyhow::Error> for Throw {
    type Captures<'unowned: 'method, 'method> = ();

    fn on_error<'unowned: 'method, 'method>(
        env: &mut Env<'unowned>,
        _: &mut Self::Captures<'unowned, 'method>,
        error: anyhow::Error,
    ) -> jni::errors::Result<T> {
        if !env.exception_check() {
            let text = JNIString::from(message(&error));
            let _ = env.throw_new(jni_str!("io/deltaport/grammar/GrammarException"), text);
        }
        Ok(T::default())
    }

    fn on_panic<'unowned: 'method, 'method>(
        env: &mut Env<'unowned>,
        captures: &mut Self::Captures<'unowned, 'method>,
        panic: Box<dyn Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        Self::on_error(env, captures, anyhow::anyhow!(panic_utils::mk_panic_error(&panic)))
    }
}

fn ints(env: &Env, array: &JIntArray) -> Result<Vec<i32>> {
    let mut values = vec![0; array.len(env)?];
    array.get_region(env, 0, &mut values).context("an array of ids")?;
    Ok(values)
}

fn handle<T>(value: T) -> jlong {
    Box::into_raw(Box::new(value)) as jlong
}

/// SAFETY: `handle` came from [`handle`] of the same type, was not freed, and no other call has it.
fn of<'a, T>(handle: jlong) -> &'a mut T {
    unsafe { &mut *(handle as *mut T) }
}

/// SAFETY: as for [`of`], but any number of calls may share it.
fn shared<'a, T: Sync>(handle: jlong) -> &'a T {
    unsafe { &*(handle as *const T) }
}

/// SAFETY: as for [`of`], and no call follows.
fn free<T>(handle: jlong) {
    drop(unsafe { Box::from_raw(handle as *mut T) });
}
