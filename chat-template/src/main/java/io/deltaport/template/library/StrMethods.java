package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code str}. */
final class StrMethods {

  private static final Map<String, Method<StrValue>> METHODS =
      Map.ofEntries(
          entry("capitalize", mapped("capitalize", StrCase::capitalize)),
          entry("casefold", mapped("casefold", StrCase::casefold)),
          entry("center", StrPad::center),
          entry("count", StrSearch::count),
          entry("encode", unsupported("encode")),
          entry("endswith", StrSearch::endsWith),
          entry("expandtabs", StrPad::expandTabs),
          entry("find", StrSearch::find),
          entry("format", BraceFormat::format),
          entry("format_map", BraceFormat::formatMap),
          entry("index", StrSearch::index),
          entry("isalnum", is("isalnum", CharacterClass.ALNUM)),
          entry("isalpha", is("isalpha", CharacterClass.ALPHA)),
          entry("isascii", is("isascii", CharacterClass.ASCII)),
          entry("isdecimal", is("isdecimal", CharacterClass.DECIMAL)),
          entry("isdigit", is("isdigit", CharacterClass.DIGIT)),
          entry("isidentifier", is("isidentifier", CharacterClass.IDENTIFIER)),
          entry("islower", is("islower", CharacterClass.LOWER)),
          entry("isnumeric", is("isnumeric", CharacterClass.NUMERIC)),
          entry("isprintable", is("isprintable", CharacterClass.PRINTABLE)),
          entry("isspace", is("isspace", CharacterClass.SPACE)),
          entry("istitle", is("istitle", CharacterClass.TITLE)),
          entry("isupper", is("isupper", CharacterClass.UPPER)),
          entry("join", StrSplit::join),
          entry("ljust", StrPad::leftJustify),
          entry("lower", mapped("lower", StrCase::lower)),
          entry("lstrip", StrStrip::left),
          entry("maketrans", unsupported("maketrans")),
          entry("partition", StrSplit::partition),
          entry("removeprefix", StrStrip::removePrefix),
          entry("removesuffix", StrStrip::removeSuffix),
          entry("replace", StrReplace::replace),
          entry("rfind", StrSearch::rfind),
          entry("rindex", StrSearch::rindex),
          entry("rjust", StrPad::rightJustify),
          entry("rpartition", StrSplit::rpartition),
          entry("rsplit", StrSplit::rsplit),
          entry("rstrip", StrStrip::right),
          entry("split", StrSplit::split),
          entry("splitlines", StrSplit::splitLines),
          entry("startswith", StrSearch::startsWith),
          entry("strip", StrStrip::both),
          entry("swapcase", mapped("swapcase", StrCase::swapcase)),
          entry("title", mapped("title", StrCase::title)),
          entry("translate", unsupported("translate")),
          entry("upper", mapped("upper", StrCase::upper)),
          entry("zfill", StrPad::zeroFill));

  private StrMethods() {}

  static @Nullable Value find(StrValue self, String name) {
    Method<StrValue> method = METHODS.get(name);
    return method == null ? null : BuiltIn.method(self, name, method);
  }

  private static Method<StrValue> mapped(String name, UnaryOperator<String> mapping) {
    return (self, arguments, run) -> {
      arguments.bind(name);
      return mapped(self, mapping, run);
    };
  }

  /** A text of the same type with this done to its characters. */
  static StrValue mapped(StrValue self, UnaryOperator<String> mapping, Run run) {
    run.scan(self.text().length());
    return self.with(mapping.apply(self.text()), run);
  }

  private static Method<StrValue> is(String name, CharacterClass characters) {
    return (self, arguments, run) -> {
      arguments.bind(name);
      run.scan(self.text().length());
      return BoolValue.of(characters.holds(self.text()));
    };
  }

  private static Method<StrValue> unsupported(String name) {
    return (self, arguments, run) -> unsupported(name, arguments);
  }

  private static Value unsupported(String name, Arguments arguments) {
    throw Raise.unsupported(
        "method " + name + " of str with " + arguments.positional().size() + " arguments");
  }
}
