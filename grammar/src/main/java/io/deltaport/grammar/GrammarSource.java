package io.deltaport.grammar;

import java.util.List;

/** A grammar as a request gives it. */
public sealed interface GrammarSource
    permits GrammarSource.JsonSchema,
        GrammarSource.AnyJson,
        GrammarSource.Regex,
        GrammarSource.Lark,
        GrammarSource.Choice,
        GrammarSource.AfterLineBreaks,
        ToolCalls {

  /** What the native library reads. */
  SourceText text(GrammarTokens tokens);

  /**
   * JSON that a schema accepts, with its properties in the schema's order. White space between
   * values is at most two blanks, or a line break and forty.
   *
   * @param schema a JSON object, Draft 2020-12
   */
  record JsonSchema(String schema) implements GrammarSource {
    @Override
    public SourceText text(GrammarTokens tokens) {
      return SourceText.json(SchemaText.read("the JSON schema", schema));
    }
  }

  /** Any JSON object. White space as in {@link JsonSchema}. */
  record AnyJson() implements GrammarSource {
    @Override
    public SourceText text(GrammarTokens tokens) {
      return SourceText.json(SchemaText.anyObject());
    }
  }

  /** Text that a regular expression matches as a whole, in the syntax of Rust's {@code regex}. */
  record Regex(String regex) implements GrammarSource {
    @Override
    public SourceText text(GrammarTokens tokens) {
      return SourceText.regex(regex);
    }
  }

  /** A grammar in llguidance's dialect of Lark, its first rule {@code start}. */
  record Lark(String grammar) implements GrammarSource {
    @Override
    public SourceText text(GrammarTokens tokens) {
      return SourceText.lark(grammar);
    }
  }

  /** One of some texts. */
  record Choice(List<String> texts) implements GrammarSource {
    public Choice {
      texts = List.copyOf(texts);
      if (texts.isEmpty()) {
        throw new GrammarException("a choice of no text");
      }
    }

    @Override
    public SourceText text(GrammarTokens tokens) {
      return SourceText.lark("start: CHOICE\nCHOICE: " + LarkText.oneOf(texts));
    }
  }

  /** One or two line breaks, or none, and then another source: what follows {@code </think>}. */
  record AfterLineBreaks(GrammarSource source) implements GrammarSource {
    @Override
    public SourceText text(GrammarTokens tokens) {
      return source.text(tokens).afterLineBreaks();
    }
  }
}
