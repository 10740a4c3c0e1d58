package io.deltaport.engine.request;

import io.deltaport.engine.sampling.ScoredToken;
import java.util.List;
import java.util.Optional;

/**
 * What a request's listener is told, in this order: queued, started, then what comes of its outputs
 * ({@code choice} counts them from 0), then finished or failed, and nothing after that. A request
 * that is refused at once is told of nothing: {@code submit} throws.
 */
public sealed interface Event {
  /** It waits. */
  record Queued() implements Event {}

  /**
   * Its prompt is being read.
   *
   * @param promptTokens tokens of the prompt
   * @param cachedTokens how many of them were read for an earlier request
   */
  record Started(int promptTokens, int cachedTokens) implements Event {}

  /**
   * A token was picked; the pieces of text that it makes sure follow it.
   *
   * @param score its log-probability, where log-probabilities were asked for
   * @param best the best tokens in its place, best first
   */
  record Token(int choice, int id, Optional<ScoredToken> score, List<ScoredToken> best)
      implements Event {
    public Token {
      best = List.copyOf(best);
    }
  }

  /** Text of the output; in a chat, what the reader is meant to see. Never empty. */
  record Text(int choice, String text) implements Event {}

  /** Text of a chat that comes before the answer. Never empty. */
  record Reasoning(int choice, String text) implements Event {}

  /**
   * A call of a tool begins.
   *
   * @param call counts the calls of this output from 0
   * @param id unique among all calls
   */
  record ToolCallStarted(int choice, int call, String id, String name) implements Event {}

  /** The next piece of the call's arguments, which are a JSON object as a whole. Never empty. */
  record ToolCallArguments(int choice, int call, String json) implements Event {}

  /** The call's arguments are whole. */
  record ToolCallEnded(int choice, int call) implements Event {}

  /**
   * An output is over.
   *
   * @param stopString the one that ended it, where one did
   */
  record ChoiceFinished(int choice, StopReason reason, Optional<String> stopString)
      implements Event {}

  /**
   * A token of the prompt and what the model gave it.
   *
   * @param position its place in the prompt
   */
  record Scored(int position, ScoredToken score, List<ScoredToken> best) implements Event {
    public Scored {
      best = List.copyOf(best);
    }
  }

  /** Logits of the labels, in the order of the config. */
  record Classified(List<Float> logits) implements Event {
    public Classified {
      logits = List.copyOf(logits);
    }
  }

  /** All is over. */
  record Finished(Usage usage) implements Event {}

  /** It came to nothing; what came before holds. */
  record Failed(EngineException failure) implements Event {}
}
