package io.deltaport.engine.run;

import io.deltaport.engine.cache.Kind;
import io.deltaport.engine.cache.SavePoint;
import io.deltaport.engine.draft.DraftLength;
import io.deltaport.engine.draft.NgramDrafter;
import io.deltaport.engine.step.StepPart;
import io.deltaport.engine.step.StepSequence;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One output of a request in the making: its tokens, prompt included, the state of those that the
 * model has read, and what the model's rows are wanted for. The engine's thread owns it.
 */
final class Lane {
  private static final double EXPECTED = 0.7;

  private final Job job;
  private final int choice;
  private final Purpose purpose;
  private final @Nullable NgramDrafter ngrams;
  private final DraftLength draftLength;
  private int[] ids;
  private int size;
  private @Nullable StepSequence sequence; // null = it has no memory for state
  private List<SavePoint> savePoints = List.of();
  private boolean waitsForPrompt;
  private int preempted;

  /**
   * An output.
   *
   * @param read how many tokens of the prompt are read
   * @param maxDraft most tokens of a draft; 0 = it drafts nothing
   */
  Lane(Job job, int choice, Purpose purpose, int read, int maxDraft) {
    this.job = job;
    this.choice = choice;
    this.purpose = purpose;
    this.ids = job.prompt();
    this.size = read;
    this.waitsForPrompt = choice > 0;
    this.draftLength = new DraftLength(maxDraft, EXPECTED);
    this.ngrams = maxDraft > 0 ? new NgramDrafter() : null;
    if (ngrams != null) {
      ngrams.add(ids);
    }
  }

  Job job() {
    return job;
  }

  int choice() {
    return choice;
  }

  Purpose purpose() {
    return purpose;
  }

  /** Tokens of prompt and output that the model reads. */
  int size() {
    return size;
  }

  /** The token that was picked last. */
  int last() {
    return ids[size - 1];
  }

  /** Tokens it will have at most. */
  int longest() {
    return (int) Math.min(Integer.MAX_VALUE, (long) job.prompt().length + purpose.mostTokens());
  }

  /** The next token was picked. */
  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size + Math.max(64, size / 2));
    }
    ids[size++] = id;
    if (ngrams != null) {
      ngrams.add(id);
    }
  }

  /** Its first tokens. */
  int[] ids(int count) {
    return Arrays.copyOf(ids, count);
  }

  /** The state of its tokens so far. */
  StepSequence sequence() {
    if (sequence == null) {
      throw new IllegalStateException("an output without memory for state");
    }
    return sequence;
  }

  boolean isSeated() {
    return sequence != null;
  }

  /** Whether another output of the request reads the prompt for it. */
  boolean waitsForPrompt() {
    return waitsForPrompt;
  }

  /** Gets memory for state, which may have some of its tokens. */
  void seat(StepSequence state) {
    sequence = state;
    waitsForPrompt = false;
  }

  /** The state is somebody else's now. */
  StepSequence handOver() {
    StepSequence state = sequence();
    sequence = null;
    return state;
  }

  /** Gives its memory back; its tokens stay and can be read again. */
  void unseat() {
    if (sequence != null) {
      sequence.close();
      sequence = null;
    }
  }

  /** Gives its memory to others. */
  void preempt() {
    unseat();
    preempted++;
  }

  /** How often it gave its memory to others. */
  int preempted() {
    return preempted;
  }

  /** Tokens that the model has not read. */
  int left() {
    return size - sequence().length();
  }

  /** After which tokens of the prompt the state is to be kept, in rising order. */
  void setSavePoints(List<SavePoint> points) {
    savePoints = points;
  }

  /** Why the state after so many tokens is kept. */
  Kind reasonToSave(int length) {
    return savePoints.stream()
        .filter(point -> point.length() == length)
        .map(SavePoint::kind)
        .findFirst()
        .orElseThrow();
  }

  DraftLength draftLength() {
    return draftLength;
  }

  /** Up to so many tokens that may come after the last. */
  int[] draft(int most) {
    int room = longest() - size - 1;
    boolean hasPicked = size > job.prompt().length; // else other outputs wait for the same state
    if (ngrams == null || most <= 0 || room <= 0 || !hasPicked) {
      return new int[0];
    }
    int[] forced = purpose.forced();
    return forced.length > 0
        ? Arrays.copyOf(forced, Math.min(forced.length, Math.min(most, room)))
        : ngrams.propose(Math.min(most, room));
  }

  /** So many of a draft's tokens were right. */
  void verified(int drafted, int right) {
    if (drafted > 0) {
      draftLength.verified(drafted, right);
      job.verified(drafted, right);
    }
  }

  /** Its next {@code count} tokens, of which the last are this draft. */
  Work work(int count, int... draft) {
    int from = sequence().length();
    int[] part = Arrays.copyOfRange(ids, from, from + count);
    System.arraycopy(draft, 0, part, count - draft.length, draft.length);
    int[] rows = purpose.rows(this, from, from + count, draft.length);
    if (rows.length > purpose.mostRows()) {
      return work(rows[purpose.mostRows()]);
    }
    return new Work(
        this,
        new StepPart(sequence(), part, rows, purpose.best(), saved(from, count, draft.length)),
        draft.length);
  }

  /** After which tokens of the part the state is saved: to crop to, or to keep. */
  private int[] saved(int from, int count, int drafted) {
    if (drafted > 0) {
      return IntStream.range(count - drafted - 1, count - 1).toArray();
    }
    return savePoints.stream()
        .mapToInt(SavePoint::length)
        .filter(point -> point > from && point <= from + count)
        .map(point -> point - from - 1)
        .toArray();
  }
}
