package io.deltaport.server.openai;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Usage;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.server.call.Transcript;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prompts that are part of the answer.
 *
 * @param prompts all of them token ids; none where nothing is echoed
 * @param isContinued whether an output follows each
 * @param isScored whether a request of its own gives each prompt's log-probabilities
 */
record EchoedPrompts(List<Prompt> prompts, boolean isContinued, boolean isScored) {
  static final EchoedPrompts NONE = new EchoedPrompts(List.of(), true, false);

  EchoedPrompts {
    prompts = List.copyOf(prompts);
  }

  /** Whether the prompts alone are the answer. */
  boolean isAlone() {
    return !isContinued;
  }

  int count() {
    return prompts.size();
  }

  /** The text of a prompt, empty where nothing is echoed. */
  String text(Tokenizer tokenizer, int prompt) {
    return prompts.isEmpty() ? "" : tokenizer.decode(SpecialTokens.KEEP, ids(prompt));
  }

  /** Adds the scores of a prompt; its first token has none. */
  void score(Transcript transcript, int prompt, TextScores scores) {
    if (!isScored) {
      return;
    }
    Map<Integer, Event.Scored> scored = new HashMap<>();
    int request = prompt * (isContinued ? 2 : 1);
    transcript.scored(request).forEach(token -> scored.put(token.position(), token));
    int[] ids = ids(prompt);
    for (int i = 0; i < ids.length; i++) {
      Event.Scored found = scored.get(i);
      Optional<ScoredToken> score = Optional.ofNullable(found).map(Event.Scored::score);
      scores.add(ids[i], score, found == null ? List.of() : found.best());
    }
  }

  /** What it took: a prompt that is scored and continued counts once. */
  Usage counted(Usage usage) {
    if (prompts.isEmpty()) {
      return usage;
    }
    int tokens = 0;
    for (int i = 0; i < prompts.size(); i++) {
      tokens += ids(i).length;
    }
    return new Usage(
        tokens,
        Math.min(usage.cachedTokens(), tokens),
        usage.outputTokens(),
        usage.reasoningTokens(),
        usage.draftedTokens(),
        usage.acceptedTokens(),
        usage.seed(),
        usage.queued(),
        usage.firstToken(),
        usage.total());
  }

  private int[] ids(int prompt) {
    return ((Prompt.Tokens) prompts.get(prompt)).ids();
  }
}
