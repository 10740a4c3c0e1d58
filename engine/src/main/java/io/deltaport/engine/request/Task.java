package io.deltaport.engine.request;

/** What is done with a prompt. */
public sealed interface Task {
  /** The prompt is continued, as {@link GenerationOptions} say. */
  record Generate() implements Task {}

  /**
   * The prompt's own tokens get their log-probabilities, each given those before it.
   *
   * @param from the first token scored, at least 1: the first of all has nothing before it
   * @param best how many best tokens are reported in each place
   */
  record Score(int from, int best) implements Task {
    public Score {
      if (from < 1 || best < 0) {
        throw new EngineException(
            EngineException.Reason.REQUEST,
            "score: from at least token 1, at least 0 best tokens, found %d, %d"
                .formatted(from, best));
      }
    }
  }

  /** The prompt is classified; the model must have such a head. */
  record Classify() implements Task {}

  Task GENERATE = new Generate();
  Task CLASSIFY = new Classify();
}
