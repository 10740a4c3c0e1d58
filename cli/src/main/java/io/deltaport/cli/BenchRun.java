package io.deltaport.cli;

import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.SaveState;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Sequences of random tokens that are read and continued together, timed. */
final class BenchRun implements AutoCloseable {
  private static final int WARM_UP = 32;

  private final Model model;
  private final Cancellation cancellation;
  private final Random random = new Random(1);
  private final List<Sequence> sequences;

  BenchRun(Model model, int seqs, Cancellation cancellation) {
    this.model = model;
    this.cancellation = cancellation;
    this.sequences = IntStream.range(0, seqs).mapToObj(i -> model.newSequence()).toList();
  }

  /** Runs a little, so that nothing is timed that happens once. */
  static void warmUp(Model model, Cancellation cancellation) {
    try (BenchRun run = new BenchRun(model, 1, cancellation)) {
      run.prefill(WARM_UP);
      run.decode(WARM_UP / 4);
    }
  }

  /** Reads prompts of so many tokens; tokens a second of all sequences together. */
  double prefill(int length) {
    int chunk = model.options().chunk();
    long start = System.nanoTime();
    for (int from = 0; from < length; from += chunk) {
      int tokens = Math.min(chunk, length - from);
      boolean last = from + tokens == length;
      run(tokens, last ? RowSelection.LAST : RowSelection.NONE);
    }
    return rate(length, start);
  }

  /** Continues them by so many tokens, one a step; tokens a second of all sequences together. */
  double decode(int steps) {
    run(1, RowSelection.LAST);
    long start = System.nanoTime();
    for (int step = 0; step < steps; step++) {
      run(1, RowSelection.LAST);
    }
    return rate(steps, start);
  }

  /**
   * Steps that verify a draft of so many tokens, none of which is kept: their time over that of
   * steps of one token, run in turn.
   */
  double verify(int draft, int steps) {
    long one = 0;
    long all = 0;
    for (int step = 0; step <= steps; step++) {
      long start = System.nanoTime();
      run(1, RowSelection.LAST);
      long between = System.nanoTime();
      run(1 + draft, RowSelection.ALL, SaveState.EVERY);
      long end = System.nanoTime();
      sequences.forEach(sequence -> sequence.crop(sequence.length() - draft, cancellation));
      if (step > 0) { // the first is to warm up
        one += between - start;
        all += end - between;
      }
    }
    return (double) all / one;
  }

  @Override
  public void close() {
    sequences.forEach(Sequence::close);
  }

  private void run(int tokens, RowSelection logits) {
    run(tokens, logits, SaveState.LAST);
  }

  private void run(int tokens, RowSelection logits, SaveState save) {
    List<Step> steps = new ArrayList<>();
    for (Sequence sequence : sequences) {
      int[] ids = random.ints(tokens, 0, (int) model.info().vocabSize()).toArray();
      steps.add(Step.of(sequence, ids).logits(logits).topK(1).save(save));
    }
    model.run(steps, cancellation).close();
  }

  private double rate(int tokens, long start) {
    return (double) tokens * sequences.size() * 1e9 / (System.nanoTime() - start);
  }
}
