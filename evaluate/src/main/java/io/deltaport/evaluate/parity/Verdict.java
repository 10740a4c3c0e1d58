package io.deltaport.evaluate.parity;

import java.util.Locale;

/** What a compared tensor came to. */
public enum Verdict {
  PASS,
  FAIL,
  /** Passes, but for tokens left out because a rounding decides which experts they go to. */
  AMBIGUOUS;

  /** As it is printed. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
