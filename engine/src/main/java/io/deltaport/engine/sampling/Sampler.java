package io.deltaport.engine.sampling;

/**
 * Picks the tokens of one output as its {@link Sampling} says, by Gumbel-max: of the tokens that
 * the filters keep, the one with the highest {@code logit / temperature + noise}, where the noise
 * is a hash of (seed, choice, position, id). So a pick depends on the scores and on these numbers
 * alone: not on what was picked before (but for penalties), on drafts, on other requests. Belongs
 * to one thread.
 */
public final class Sampler {
  private final Sampling sampling;
  private final long seed;
  private final int choice;
  private final int knownIds;
  private final Penalties penalties;
  private final Candidates candidates = new Candidates();
  private final TopP topP = new TopP();

  /**
   * A sampler of one output.
   *
   * @param seed of the draws, in place of the sampling's own
   * @param choice which output of the request it is: each has draws of its own
   * @param knownIds ids below this are of the tokenizer; others are never picked
   * @param prompt what the repetition penalty counts besides the output
   */
  public Sampler(Sampling sampling, long seed, int choice, int knownIds, int... prompt) {
    this.sampling = sampling;
    this.seed = seed;
    this.choice = choice;
    this.knownIds = knownIds;
    this.penalties = new Penalties(sampling, knownIds, prompt);
  }

  /**
   * How many best tokens of a step are enough for most picks; 0 = all logits are needed. Where some
   * of them may not be picked, a pick looks at all logits.
   */
  public int best() {
    int most = most();
    return sampling.penalises() || !sampling.logitBias().isEmpty() || most == knownIds ? 0 : most;
  }

  /**
   * Picks a token. The same arguments give the same token, until one is accepted that is penalised.
   *
   * @param position the token's place in its sequence, the prompt included
   * @param allowed which ids may be picked
   * @throws io.deltaport.runtime.options.RunException if the logits are not finite, or none may be
   *     picked
   */
  public int pick(TokenScores scores, long position, Allowed allowed) {
    if (!keepOfBest(scores, allowed)) {
      Logits logits = new Logits(scores.logits(), knownIds, allowed, penalties);
      if (most() == knownIds) {
        return ofAll(logits, position);
      }
      candidates.clear(most());
      logits.each(candidates::offer);
      candidates.sort();
    }
    return ofCandidates(position);
  }

  /** Counts a token of the output. */
  public void accept(int id) {
    penalties.add(id);
  }

  /** How many tokens top-k keeps. */
  private int most() {
    if (sampling.isGreedy()) {
      return 1;
    }
    return sampling.topK() == 0 ? knownIds : Math.min(sampling.topK(), knownIds);
  }

  /** Whether the best tokens of the step had as many that may be picked as top-k keeps. */
  private boolean keepOfBest(TokenScores scores, Allowed allowed) {
    int wanted = best();
    if (wanted == 0) {
      return false;
    }
    candidates.clear(wanted);
    for (int rank = 0; rank < scores.best() && candidates.count() < wanted; rank++) {
      int id = scores.id(rank);
      if (id < knownIds && allowed.is(id)) {
        candidates.offer(id, Logits.requireNumber(scores.logit(rank)));
      }
    }
    candidates.sort();
    return candidates.count() == wanted;
  }

  private int ofCandidates(long position) {
    float best =
        Logits.requireFinite(
            candidates.count() == 0 ? Float.NEGATIVE_INFINITY : candidates.logit(0));
    Draw draw = draw(best, position);
    double enough = sampling.topP() == 1 ? Double.POSITIVE_INFINITY : sampling.topP() * total(best);
    double sum = 0;
    for (int rank = 0; rank < candidates.count() && (rank == 0 || sum < enough); rank++) {
      draw.consider(candidates.id(rank), candidates.logit(rank));
      sum += Math.exp(-sampling.below(candidates.logit(rank), best));
    }
    return draw.id();
  }

  private double total(float best) {
    double total = 0;
    for (int rank = 0; rank < candidates.count(); rank++) {
      total += Math.exp(-sampling.below(candidates.logit(rank), best));
    }
    return total;
  }

  private int ofAll(Logits logits, long position) {
    float best = logits.best();
    Draw draw = draw(best, position);
    if (sampling.topP() < 1) {
      topP.keep(logits, sampling, best, draw);
    } else {
      logits.each(draw::consider);
    }
    return draw.id();
  }

  private Draw draw(float best, long position) {
    return new Draw(sampling, best, Gumbel.place(seed, choice, position));
  }
}
