package io.deltaport.cli;

import io.deltaport.engine.Reply;
import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
import java.util.function.Consumer;

/** Shows an output as its tokens come. */
interface TokenPrinter extends Consumer<GeneratedToken> {
  /** Ends it; the prompt had so many tokens. */
  void finish(long promptTokens, Generation generation);

  /** Ends it, where it is a turn of a chat. */
  default void finish(Reply reply) {
    finish(reply.promptTokens(), reply.generation());
  }
}
