package io.deltaport.engine.schedule;

import java.util.List;

/**
 * How many tokens each output gets in the next step. Outputs that grow come first, each with its
 * next token and its draft; prompts share what is left, in order, unless it is the turn of the
 * growing ones alone.
 *
 * @param tokens of each wish, in the order of the wishes; 0 = it waits
 */
public record StepPlan(List<Integer> tokens) {
  /**
   * What an output could take.
   *
   * @param left tokens that it must read before the next can be picked, at least 1; 1 = it grows
   * @param draft tokens after those that may be checked in the same step, if it grows
   */
  public record Wish(int left, int draft) {
    /** Whether it reads more than the token picked last. */
    public boolean reads() {
      return left > 1;
    }
  }

  public StepPlan {
    tokens = List.copyOf(tokens);
  }

  /**
   * Plans a step.
   *
   * @param chunk most tokens of prompts
   * @param prompts whether prompts have their turn; where nothing grows they always do
   */
  public static StepPlan of(List<Wish> wishes, int chunk, boolean prompts) {
    boolean growing = wishes.stream().anyMatch(wish -> !wish.reads());
    int room = prompts || !growing ? chunk : 0;
    Integer[] tokens = new Integer[wishes.size()];
    for (int i = 0; i < tokens.length; i++) {
      Wish wish = wishes.get(i);
      if (!wish.reads()) {
        tokens[i] = 1 + wish.draft();
      } else {
        tokens[i] = Math.min(room, wish.left());
        room -= tokens[i];
      }
    }
    return new StepPlan(List.of(tokens));
  }
}
