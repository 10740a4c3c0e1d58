package io.deltaport.template.tree;

import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import org.jspecify.annotations.Nullable;

/** The text that is being rendered, charged as it grows. */
public final class Output {

  private static final int BYTES_OF_A_CHARACTER = 4;

  private final Run run;
  private final StringBuilder text = new StringBuilder();
  private @Nullable String foreignType;

  /** Nothing yet. */
  public Output(Run run) {
    this.run = run;
  }

  /** Adds text. */
  public void print(String more) {
    run.output((long) text.length() + more.length());
    run.allocate((long) BYTES_OF_A_CHARACTER * more.length());
    text.append(more);
  }

  /**
   * Adds a value as it is. Jinja does not turn what a call block or filter block makes into text,
   * so that joining the output fails later, where it is none.
   */
  void add(Value value) {
    if (value instanceof StrValue more) {
      print(more.text());
    } else if (foreignType == null) {
      foreignType = value.type();
    }
  }

  /** All of it. */
  public String text() {
    if (foreignType != null) {
      throw Raise.type("expected str instance, " + foreignType + " found");
    }
    return text.toString();
  }
}
