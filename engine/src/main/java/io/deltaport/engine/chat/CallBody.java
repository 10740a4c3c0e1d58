package io.deltaport.engine.chat;

import java.util.Optional;

/** The text of a tool call as it comes, from what follows {@code <tool_call>}. */
interface CallBody {
  /**
   * Takes the next piece.
   *
   * @return once the call is over: the text after it
   */
  Optional<String> add(String piece);

  /**
   * The output is over.
   *
   * @return the text after the call, or all of it where it is none
   */
  String finish();
}
