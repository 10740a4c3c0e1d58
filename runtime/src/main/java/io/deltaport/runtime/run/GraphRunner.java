package io.deltaport.runtime.run;

import io.deltaport.directory.graph.Axis;
import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.session.TensorType;
import io.deltaport.runtime.state.StatePool;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs packed sequences through one graph: takes slots and blocks, copies shared ones, fills the
 * inputs, runs, and gives all back where the run fails. Whether the advances are then committed is
 * the caller's. One run at a time.
 */
public final class GraphRunner implements AutoCloseable {
  private final GraphSession graph;
  private final StatePool pool;
  private final PackedInputs inputs;
  private final Set<String> taps;
  private final List<Output> outputs;
  private final Deque<OutputBuffers> spare = new ConcurrentLinkedDeque<>();

  /**
   * A runner of an open graph, which is closed with it.
   *
   * @param taps the outputs, one row a token, that every run returns
   */
  public GraphRunner(GraphSession graph, StatePool pool, Set<String> taps) {
    this.graph = graph;
    this.pool = pool;
    this.inputs = new PackedInputs(graph);
    this.taps = Set.copyOf(taps);
    this.outputs =
        graph.outputs().stream()
            .map(name -> Output.of(name, graph))
            .filter(output -> !output.everyToken() || taps.contains(output.name()))
            .toList();
  }

  /** The tap outputs of a graph. */
  public static Set<String> tapsOf(GraphSession graph) {
    return graph.outputs().stream()
        .filter(name -> portOf(name).direction() == Port.Direction.TAP)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * An output that runs may return.
   *
   * @param width of a row, where the graph says it; 0 = as many as best tokens are asked for
   */
  private record Output(String name, Port port, int width) {
    static Output of(String name, GraphSession graph) {
      Port port = portOf(name);
      return new Output(name, port, port.axes().get(1) == Axis.K ? 0 : graph.width(name));
    }

    boolean everyToken() {
      return port.axes().get(0) == Axis.TOKENS;
    }

    void want(OutputBuffers buffers, Packing packing) {
      int columns = width == 0 ? packing.topK() : width;
      buffers.want(name, TensorType.of(port.type()), rows(packing), columns);
    }

    private int rows(Packing packing) {
      Axis axis = port.axes().get(0);
      return switch (axis) {
        case TOKENS -> packing.tokens();
        case N -> packing.logits();
        case M -> packing.hidden();
        case SEQS, SEQS_PLUS_1, MAX_BLOCKS, K, ONE, HIDDEN, LOGITS, EXPERTS, MIXED ->
            throw new IllegalStateException(name + " has rows of " + axis);
      };
    }
  }

  private static Port portOf(String output) {
    return Port.of(output)
        .orElseThrow(
            () ->
                new RunException(
                    RunException.Reason.MODEL, "the graph declares an unknown output " + output));
  }

  public GraphSession graph() {
    return graph;
  }

  public PackedInputs inputs() {
    return inputs;
  }

  /** A run of this graph, to be laid out. */
  public Packing packing() {
    return new Packing(graph.outputs());
  }

  /** Runs. On an error no advance holds anything. */
  public RunOutputs run(Packing packing) {
    return run(packing, null);
  }

  /** The same, of a graph that starts from hidden states. */
  public RunOutputs runFrom(HiddenRows hidden, Packing packing) {
    return run(packing, hidden);
  }

  private RunOutputs run(Packing packing, @Nullable HiddenRows hidden) {
    reserve(packing.parts());
    OutputBuffers buffers = takeBuffers();
    try {
      inputs.fill(packing, pool.handle());
      if (hidden != null) {
        inputs.fill(hidden, packing.tokens());
      }
      want(buffers, packing);
      graph.run(inputs.declared(), buffers.wanted(), fallbackOutput());
      return new RunOutputs(buffers, spare, taps);
    } catch (RuntimeException | Error e) {
      undo(packing.parts());
      spare.push(buffers);
      throw e;
    }
  }

  private void reserve(List<Packing.Part> parts) {
    int slots = 0;
    int blocks = 0;
    for (Packing.Part part : parts) {
      slots += part.advance().neededSlots();
      blocks += part.advance().neededBlocks();
    }
    pool.require(slots, blocks);
    parts.forEach(part -> part.advance().reserve());
    int[] sources = new int[blocks];
    int[] targets = new int[blocks];
    int copies = 0;
    for (Packing.Part part : parts) {
      copies = part.advance().copies(sources, targets, copies);
    }
    try {
      pool.copyBlocks(sources, targets, copies);
    } catch (RuntimeException e) {
      undo(parts);
      throw e;
    }
  }

  private static void undo(List<Packing.Part> parts) {
    parts.forEach(part -> part.advance().undo());
  }

  private OutputBuffers takeBuffers() {
    OutputBuffers buffers = spare.poll();
    return buffers == null ? new OutputBuffers() : buffers;
  }

  private void want(OutputBuffers buffers, Packing packing) {
    buffers.clear();
    outputs.forEach(output -> output.want(buffers, packing));
  }

  /** What is computed where nothing is wanted: ONNX Runtime must be asked for something. */
  private String fallbackOutput() {
    String logits = Port.LOGITS.key();
    return graph.outputs().contains(logits) ? logits : Port.LAST_HIDDEN_STATE.key();
  }

  /** Has the run in progress, and any later one, end before its next node; from any thread. */
  public void terminate() {
    graph.terminate();
  }

  /** Lets runs go on after {@link #terminate}. */
  public void allow() {
    graph.allow();
  }

  @Override
  public void close() {
    inputs.close();
    graph.close();
  }
}
