package io.deltaport.runtime.run;

import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.Advance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A run laid out: its sequences' tokens one after the other, and the rows of its outputs that are
 * wanted of each, in the same order.
 */
public final class Packing {
  private final Set<String> outputs;
  private final List<Part> parts = new ArrayList<>(1);
  private int tokens;
  private int logits;
  private int hidden;
  private int topK;

  /** Nothing yet, for a graph that has these outputs. */
  Packing(Set<String> outputs) {
    this.outputs = outputs;
  }

  /** Whether the graph has that output. */
  public boolean has(String output) {
    return outputs.contains(output);
  }

  /**
   * Adds what a sequence gets.
   *
   * @param logits the tokens of it whose logits are wanted
   * @param hidden the tokens of it whose final-normed hidden states are wanted
   * @param kept the tokens of it whose hidden states the sequence keeps
   * @param topK how many best tokens are wanted for a row of logits
   * @throws RunException if the graph lacks an output that is wanted
   */
  public Part add(Advance advance, int[] logits, int[] hidden, int[] kept, int topK) {
    require(Port.LOGITS.key(), logits.length);
    require(Port.LAST_HIDDEN_STATE.key(), hidden.length);
    require(Port.TOP_IDS.key(), topK);
    Part part = new Part(this, advance, logits, hidden, kept, topK);
    parts.add(part);
    tokens = Math.addExact(tokens, advance.tokens());
    this.logits = Math.addExact(this.logits, logits.length);
    this.hidden = Math.addExact(this.hidden, hidden.length + kept.length);
    this.topK = Math.max(this.topK, topK);
    return part;
  }

  private void require(String output, int wanted) {
    if (wanted > 0 && !has(output)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "this model has no output %s, its outputs are %s".formatted(output, outputs));
    }
  }

  /** One a sequence, in the order of the run. */
  public List<Part> parts() {
    return parts;
  }

  int tokens() {
    return tokens;
  }

  int logits() {
    return logits;
  }

  /** Rows of hidden states, the kept ones included. */
  int hidden() {
    return hidden;
  }

  int topK() {
    return topK;
  }

  /** One sequence's share; places are counted over the run. */
  public static final class Part {
    private final Advance advance;
    private final int firstToken;
    private final int firstLogit;
    private final int[] logits;
    private final int firstHidden;
    private final int[] hidden;
    private final int[] kept;
    private final int topK;

    private Part(
        Packing before, Advance advance, int[] logits, int[] hidden, int[] kept, int topK) {
      this.advance = advance;
      this.firstToken = before.tokens;
      this.firstLogit = before.logits;
      this.logits = logits;
      this.firstHidden = before.hidden;
      this.hidden = hidden;
      this.kept = kept;
      this.topK = topK;
    }

    Advance advance() {
      return advance;
    }

    public int firstToken() {
      return firstToken;
    }

    public int tokens() {
      return advance.tokens();
    }

    /** Its first row of logits. */
    public int firstLogit() {
      return firstLogit;
    }

    /** How many rows of logits. */
    public int logits() {
      return logits.length;
    }

    /** The token of the run that its row {@code index} of logits is of. */
    int logitToken(int index) {
      return firstToken + logits[index];
    }

    /** Its first row of hidden states. */
    public int firstHidden() {
      return firstHidden;
    }

    /** How many rows of hidden states are wanted; {@link #kept} more follow them. */
    public int hidden() {
      return hidden.length;
    }

    /** How many rows of hidden states the sequence keeps. */
    public int kept() {
      return kept.length;
    }

    /** The token of the run that its row {@code index} of hidden states is of. */
    int hiddenToken(int index) {
      return firstToken + (index < hidden.length ? hidden[index] : kept[index - hidden.length]);
    }

    /** How many best tokens of a row of logits. */
    public int topK() {
      return topK;
    }
  }
}
