package io.deltaport.cli;

import io.deltaport.engine.Conversation;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A conversation on the terminal: a line in, a reply out, until the input ends. */
final class ChatLoop {
  private static final String READY = "> ";

  private final Conversation conversation;
  private final GenerationOptions options;
  private final PrintWriter out;
  private final PrintWriter err;
  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  ChatLoop(Conversation conversation, GenerationOptions options, PrintWriter out, PrintWriter err) {
    this.conversation = conversation;
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /** Converses; the first message may be given. */
  void run(Optional<String> first, Cancellation cancellation) {
    Optional<String> line = first.isPresent() ? first : read();
    while (line.isPresent()) {
      if (!line.get().isBlank()) {
        conversation.add("user", line.get());
        conversation.reply(options, new TokenText(out), cancellation);
        out.println();
        out.flush();
      }
      line = read();
    }
  }

  private Optional<String> read() {
    if (Terminal.isInput()) {
      err.print(READY);
      err.flush();
    }
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
