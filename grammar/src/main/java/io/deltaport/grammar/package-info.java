/**
 * Output held to a grammar. In come a {@link io.deltaport.grammar.GrammarSource} of a request and
 * the bytes of every token ({@link io.deltaport.grammar.GrammarTokens}); out go, token by token,
 * the ids that may follow ({@link io.deltaport.grammar.GrammarMatcher}). The parser is llguidance,
 * in a native library that a build without cargo lacks ({@link
 * io.deltaport.grammar.GrammarCompiler#unavailable}).
 */
@NullMarked
package io.deltaport.grammar;

import org.jspecify.annotations.NullMarked;
