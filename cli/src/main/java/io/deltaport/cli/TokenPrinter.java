package io.deltaport.cli;

import io.deltaport.runtime.generate.GeneratedToken;
import io.deltaport.runtime.generate.Generation;
import java.util.function.Consumer;

/** Shows an output as its tokens come. */
interface TokenPrinter extends Consumer<GeneratedToken> {
  /** Ends it. */
  void finish(int[] prompt, Generation generation);
}
