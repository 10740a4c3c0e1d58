package io.deltaport.engine.run;

import io.deltaport.engine.sampling.TokenScores;
import io.deltaport.engine.step.StepModel;
import io.deltaport.engine.step.StepPart;
import io.deltaport.engine.step.StepRun;
import io.deltaport.engine.step.StepSequence;
import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.HeldState;
import io.deltaport.runtime.state.StateUsage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A model whose next token is a function of all tokens before it, so that a token too many, too few
 * or of another sequence shows. Counts what its sequences hold.
 */
final class ScriptedModel implements StepModel {
  static final int VOCABULARY = 2048;
  private static final int BLOCK = 32;

  private final int slots;
  private final int blocks;
  private final IntPredicate fails;
  private final Set<Tokens> open = new HashSet<>();
  private final BitSet numbers = new BitSet(); // of slots and blocks that somebody asked for
  private int steps;
  int mostTokens;

  /**
   * A model with memory for so many slots and blocks.
   *
   * @param fails whether the step of that number fails
   */
  ScriptedModel(int slots, int blocks, IntPredicate fails) {
    this.slots = slots;
    this.blocks = blocks;
    this.fails = fails;
  }

  /** What follows these tokens: most often one of few, so that texts repeat themselves. */
  static int next(int... ids) {
    int seed =
        ids.length % 7 == 0 ? Arrays.hashCode(ids) : ids[ids.length - 1] * 31 + (ids.length % 7);
    return 10 + Math.floorMod((seed * 0x9E3779B9) >>> 7, 40);
  }

  /** What it makes of a prompt. */
  static List<Integer> continued(int count, int... prompt) {
    List<Integer> output = new ArrayList<>();
    int[] ids = prompt;
    for (int i = 0; i < count; i++) {
      output.add(next(ids));
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = output.get(i);
    }
    return output;
  }

  /** Sequences that nobody closed. */
  synchronized int open() {
    return open.size();
  }

  @Override
  public int vocabulary() {
    return VOCABULARY;
  }

  @Override
  public int contextLength() {
    return 1 << 20;
  }

  @Override
  public HeadType head() {
    return HeadType.CAUSAL_LM;
  }

  @Override
  public synchronized StepSequence newSequence() {
    return new Tokens(new int[0]);
  }

  @Override
  public synchronized StateUsage usage() {
    int usedSlots = 0;
    int usedBlocks = 0;
    for (Tokens tokens : open) {
      usedSlots += 1 + tokens.saved.size();
      usedBlocks += (tokens.ids.length + BLOCK - 1) / BLOCK;
    }
    return new StateUsage(usedSlots, slots, 1000, usedBlocks, blocks, 10, BLOCK);
  }

  @Override
  public synchronized StepRun run(List<StepPart> parts, Cancellation cancellation) {
    cancellation.check();
    if (fails.test(steps++)) {
      throw new RunException(RunException.Reason.BACKEND, "step " + (steps - 1) + " fails");
    }
    List<List<TokenScores>> scores = new ArrayList<>();
    Set<StepSequence> once = new HashSet<>();
    for (StepPart part : parts) {
      Tokens tokens = (Tokens) part.sequence();
      if (!once.add(tokens) || !open.contains(tokens)) {
        throw new IllegalStateException("a sequence twice in a run, or closed");
      }
      tokens.saved.clear();
      List<TokenScores> rows = new ArrayList<>();
      int before = tokens.ids.length;
      tokens.append(part.ids());
      for (int row : part.rows()) {
        rows.add(new Row(next(Arrays.copyOf(tokens.ids, before + row + 1))));
      }
      for (int place : part.saved()) {
        tokens.saved.add(before + place + 1);
      }
      scores.add(rows);
      mostTokens = Math.max(mostTokens, part.ids().length);
    }
    StateUsage usage = usage();
    if (usage.freeSlots() < 0 || usage.freeBlocks() < 0) {
      throw new IllegalStateException("more than there is: " + usage);
    }
    return new Run(scores);
  }

  private record Run(List<List<TokenScores>> scores) implements StepRun {
    @Override
    public TokenScores scores(int part, int row) {
      return scores.get(part).get(row);
    }

    @Override
    public void close() {}
  }

  private record Row(int best1) implements TokenScores {
    @Override
    public int best() {
      return 1;
    }

    @Override
    public int id(int rank) {
      return best1;
    }

    @Override
    public float logit(int rank) {
      return 1;
    }

    @Override
    public FloatBuffer logits() {
      float[] row = new float[VOCABULARY];
      row[best1] = 1;
      return FloatBuffer.wrap(row);
    }
  }

  private final class Tokens implements StepSequence {
    private final Set<Integer> saved = new TreeSet<>();
    private final List<Integer> held = new ArrayList<>(); // a slot and blocks, once asked for
    private int[] ids;

    private Tokens(int[] ids) {
      this.ids = ids;
      open.add(this);
    }

    private void append(int... more) {
      ids = IntStream.concat(Arrays.stream(ids), Arrays.stream(more)).toArray();
    }

    @Override
    public int length() {
      return ids.length;
    }

    @Override
    public StepSequence fork() {
      synchronized (ScriptedModel.this) {
        Tokens fork = new Tokens(ids);
        fork.saved.addAll(saved);
        return fork;
      }
    }

    @Override
    public void crop(int length) {
      if (length != ids.length && !saved.contains(length)) {
        throw new IllegalStateException("crop to %d, saved %s".formatted(length, saved));
      }
      ids = Arrays.copyOf(ids, length);
      saved.removeIf(place -> place > length);
    }

    @Override
    public void dropSaved() {
      saved.clear();
    }

    @Override
    public HeldState held() {
      synchronized (ScriptedModel.this) {
        while (held.size() < 1 + (ids.length + BLOCK - 1) / BLOCK) {
          int number = numbers.nextClearBit(0);
          numbers.set(number);
          held.add(number);
        }
        int[] all = held.stream().mapToInt(Integer::intValue).toArray();
        return new HeldState(new int[] {all[0]}, Arrays.copyOfRange(all, 1, all.length));
      }
    }

    @Override
    public long bytesAlone() {
      return 1000L + 10L * ((ids.length + BLOCK - 1) / BLOCK);
    }

    @Override
    public void close() {
      synchronized (ScriptedModel.this) {
        if (!open.remove(this)) {
          throw new IllegalStateException("closed twice");
        }
        held.forEach(numbers::clear);
      }
    }
  }
}
