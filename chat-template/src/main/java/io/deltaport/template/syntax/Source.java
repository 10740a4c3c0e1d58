package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.Position;
import java.util.Arrays;

/**
 * The text of a template with one kind of line end and without its last one, and where its lines
 * start.
 */
final class Source {

  private final String text;
  private final int[] lineStarts;

  Source(String template) {
    String lines = template.replace("\r\n", "\n").replace('\r', '\n');
    this.text = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    this.lineStarts = lineStarts(text);
  }

  private static int[] lineStarts(String text) {
    int[] starts = new int[1 + (int) text.chars().filter(c -> c == '\n').count()];
    int line = 1;
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      starts[line++] = i + 1;
    }
    return starts;
  }

  String text() {
    return text;
  }

  Position position(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Position(line + 1, offset - lineStarts[line] + 1);
  }

  TemplateException error(String message, int offset) {
    Position place = position(Math.min(offset, text.length()));
    return new TemplateException(Kind.SYNTAX, message, place.line(), place.column(), null);
  }
}
