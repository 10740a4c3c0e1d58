package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** The text that is being rendered, charged as it grows. */
public final class Output {

  private static final int BYTES_OF_A_CHARACTER = 4;

  private final Run run;
  private final StringBuilder text = new StringBuilder();

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

  /** All of it. */
  public String text() {
    return text.toString();
  }
}
