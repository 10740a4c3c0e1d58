package io.deltaport.template.value;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.options.TemplateLimits;
import java.time.Clock;

/**
 * One rendering: its clock, the place it has reached, and what it has used up. Every node that is
 * evaluated takes a step; work on long values takes more, in proportion; every text, list and dict
 * made is charged by its size, before it is made where it may be large. Passing a limit ends the
 * rendering.
 */
public final class Run {

  private static final long STEPS_OF_A_WEIGHT = 1000;
  private static final long BYTES_OF_A_WEIGHT = 4000;
  private static final int BYTES_OF_A_STEP = 32;
  private static final int CHARACTERS_OF_A_STEP = 8;
  private static final int COMPARED_OF_A_STEP = 512;
  private static final int BITS_OF_INTEGERS = 1 << 16;

  private final TemplateLimits limits;
  private final long maxSteps;
  private final long maxMemory;
  private final Clock clock;
  private Position position = new Position(1, 1);
  private long steps;
  private long memory;
  private int depth;

  /**
   * A rendering that has used nothing.
   *
   * @param weight of all variables: a long conversation may take more
   */
  public Run(TemplateLimits limits, long weight, Clock clock) {
    this.limits = limits;
    this.maxSteps = limits.steps() + STEPS_OF_A_WEIGHT * weight;
    this.maxMemory = limits.memory() + BYTES_OF_A_WEIGHT * weight;
    this.clock = clock;
  }

  /** The clock of {@code strftime_now}. */
  public Clock clock() {
    return clock;
  }

  /** Where in the template the rendering is: errors name it. */
  public Position position() {
    return position;
  }

  /** The rendering is about to do what stands here. */
  public void at(Position place) {
    position = place;
  }

  /** Counts one step. */
  public void step() {
    work(1);
  }

  /** Counts work: about as many steps as nodes could be evaluated in its time. */
  public void work(long units) {
    steps += units;
    if (steps > maxSteps) {
      throw Raise.limit("the template takes more than " + maxSteps + " steps");
    }
  }

  /** Counts looking at so many characters one by one. */
  public void scan(long length) {
    work(1 + length / CHARACTERS_OF_A_STEP);
  }

  /** Counts reading so many bytes or characters in one go. */
  public void read(long length) {
    work(1 + length / BYTES_OF_A_STEP);
  }

  /** Counts a search for so long a text in so long a text: at worst the product is compared. */
  public void search(long needle, long text) {
    work(1 + text / BYTES_OF_A_STEP + needle * text / COMPARED_OF_A_STEP);
  }

  /** Counts memory that is about to be taken, and the work to fill it. */
  public void allocate(long bytes) {
    memory += bytes;
    if (memory > maxMemory) {
      throw Raise.limit("the template takes more than " + maxMemory + " bytes of memory");
    }
    work(bytes / BYTES_OF_A_STEP);
  }

  /** Counts a text of so many characters that is about to be made. */
  public void text(long length) {
    allocate(2 * length + 48);
  }

  /** Checks that the text rendered so far may be this long. */
  public void output(long length) {
    if (length > limits.output()) {
      throw Raise.limit("the rendered text is longer than " + limits.output() + " characters");
    }
  }

  /** Checks that an integer may have so many bits, and counts the work on it. */
  public void integer(long bits) {
    if (bits > BITS_OF_INTEGERS) {
      throw Raise.limit("an integer has more than " + BITS_OF_INTEGERS + " bits");
    }
    if (bits > 64) {
      work(bits * bits / (1 << 14));
      allocate(bits / 8);
    }
  }

  /** Goes one call deeper; {@link #leave} goes back. */
  public void enter() {
    depth++;
    if (depth > limits.depth()) {
      throw new TemplateException(Kind.RECURSION, "calls are nested deeper than " + limits.depth());
    }
  }

  /** Comes back from a call. */
  public void leave() {
    depth--;
  }
}
