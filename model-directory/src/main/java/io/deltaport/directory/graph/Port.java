package io.deltaport.directory.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every input and output that a graph may declare, by its name in lower case, with its type and
 * axes. A graph declares the inputs that it uses; a run gives exactly these. {@code
 * docs/architecture.md} says what each means.
 */
@SuppressWarnings("ImmutableEnumChecker") // axes are a List.of
public enum Port {
  INPUT_IDS(Direction.INPUT, ElementType.INT64, Axis.TOKENS),
  POSITIONS(Direction.INPUT, ElementType.INT64, Axis.TOKENS),
  CU_SEQ_LENS(Direction.INPUT, ElementType.INT32, Axis.SEQS_PLUS_1),
  PAST_LENS(Direction.INPUT, ElementType.INT32, Axis.SEQS),
  BLOCK_TABLE(Direction.INPUT, ElementType.INT32, Axis.SEQS, Axis.MAX_BLOCKS),
  LOAD_SLOTS(Direction.INPUT, ElementType.INT32, Axis.SEQS),
  SAVE_SLOTS(Direction.INPUT, ElementType.INT32, Axis.TOKENS),
  LOGIT_ROWS(Direction.INPUT, ElementType.INT64, Axis.N),
  HIDDEN_ROWS(Direction.INPUT, ElementType.INT64, Axis.M),
  TOP_K(Direction.INPUT, ElementType.INT32, Axis.ONE),
  STATE(Direction.INPUT, ElementType.INT64, Axis.ONE),
  /** What the MTP head and a single layer begin from. */
  HIDDEN(Direction.INPUT, ElementType.FLOAT, Axis.TOKENS, Axis.HIDDEN),

  LOGITS(Direction.OUTPUT, ElementType.FLOAT, Axis.N, Axis.LOGITS),
  TOP_VALUES(Direction.OUTPUT, ElementType.FLOAT, Axis.N, Axis.K),
  TOP_IDS(Direction.OUTPUT, ElementType.INT64, Axis.N, Axis.K),
  LAST_HIDDEN_STATE(Direction.OUTPUT, ElementType.FLOAT, Axis.M, Axis.HIDDEN),

  /** Of taps: {@code hidden_states.N}, as transformers numbers them. */
  HIDDEN_STATES(Direction.TAP, ElementType.FLOAT, Axis.TOKENS, Axis.HIDDEN),
  /** Of taps: {@code router_logits.N} of the Nth sparse layer. */
  ROUTER_LOGITS(Direction.TAP, ElementType.FLOAT, Axis.TOKENS, Axis.EXPERTS),

  /** Of a single layer's graph: what goes into its token mixer. */
  MIXER_INPUT(Direction.OUTPUT, ElementType.FLOAT, Axis.TOKENS, Axis.HIDDEN),
  /** Of a single layer's graph: what goes into its token mixer's output projection. */
  MIXED(Direction.OUTPUT, ElementType.FLOAT, Axis.TOKENS, Axis.MIXED),
  /** Of a single layer's graph: what goes into its MLP. */
  MLP_INPUT(Direction.OUTPUT, ElementType.FLOAT, Axis.TOKENS, Axis.HIDDEN),
  /** Of a single layer's graph: the residual stream after it. */
  NEXT_HIDDEN(Direction.OUTPUT, ElementType.FLOAT, Axis.TOKENS, Axis.HIDDEN);

  /** Which way a value goes. */
  public enum Direction {
    INPUT,
    OUTPUT,
    /** An output of which there are several, numbered: {@code name.N}. */
    TAP
  }

  private final Direction direction;
  private final ElementType type;
  private final List<Axis> axes;
  private final String name;

  Port(Direction direction, ElementType type, Axis... axes) {
    this.direction = direction;
    this.type = type;
    this.axes = List.of(axes);
    this.name = name().toLowerCase(Locale.ROOT);
  }

  /** The port of a name in a graph. */
  public static Optional<Port> of(String name) {
    return Arrays.stream(values()).filter(port -> port.matches(name)).findFirst();
  }

  private boolean matches(String given) {
    return direction == Direction.TAP
        ? given.startsWith(name + ".") && given.substring(name.length() + 1).matches("\\d{1,9}")
        : given.equals(name);
  }

  /** Which way its value goes. */
  public Direction direction() {
    return direction;
  }

  /** The type of its elements. */
  public ElementType type() {
    return type;
  }

  /** Its axes, in order. */
  public List<Axis> axes() {
    return axes;
  }

  /** Its name in a graph; not of a tap, which needs its number. */
  public String key() {
    if (direction == Direction.TAP) {
      throw new IllegalArgumentException(name + " needs a number");
    }
    return name;
  }

  /** The name of a tap in a graph. */
  public String key(int number) {
    if (direction != Direction.TAP) {
      throw new IllegalArgumentException(name + " has no number");
    }
    return name + "." + number;
  }

  /** The number in the name of a tap. */
  public int number(String key) {
    return Integer.parseInt(key.substring(name.length() + 1));
  }

  /** What a graph declares for it; not where its width is the model's. */
  public ValueInfo info() {
    if (axes.stream().anyMatch(axis -> axis.kind() == Axis.Kind.WIDTH)) {
      throw new IllegalArgumentException(name + " needs a width");
    }
    return info(key(), 0);
  }

  /** What a graph declares for it, of the model's width. */
  public ValueInfo info(long width) {
    return info(key(), width);
  }

  /** What a graph declares for it under a name, a tap's with its number, of the model's width. */
  public ValueInfo info(String key, long width) {
    if (!matches(key)) {
      throw new IllegalArgumentException(key + " is no " + name);
    }
    return new ValueInfo(key, type, axes.stream().map(axis -> axis.dim(width)).toList());
  }
}
