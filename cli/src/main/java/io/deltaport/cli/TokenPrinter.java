package io.deltaport.cli;

import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Listener;

/** Shows an output as it comes. */
interface TokenPrinter extends Listener {
  /** Ends it. */
  void finish(Answer answer);
}
