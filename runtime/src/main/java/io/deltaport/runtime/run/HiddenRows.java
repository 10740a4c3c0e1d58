package io.deltaport.runtime.run;

import java.nio.FloatBuffer;

/** What goes into a graph that starts from hidden states: a row for each token of the run. */
public interface HiddenRows {
  /** Floats of a row. */
  int width();

  /** Puts all rows, in the order of the run's tokens. */
  void put(FloatBuffer rows);
}
