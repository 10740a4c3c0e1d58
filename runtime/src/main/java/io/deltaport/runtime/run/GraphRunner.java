package io.deltaport.runtime.run;

import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.session.TensorType;
import io.deltaport.runtime.state.StatePool;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedDeque;
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
  }

  /** The tap outputs of a graph. */
  public static Set<String> tapsOf(GraphSession graph) {
    Set<String> names = new TreeSet<>(graph.outputs());
    names.removeIf(
        name ->
            !name.startsWith(GraphNames.HIDDEN_STATES)
                && !name.startsWith(GraphNames.ROUTER_LOGITS));
    return Set.copyOf(names);
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
    for (String name : graph.outputs()) {
      switch (name) {
        case GraphNames.LOGITS ->
            buffers.want(name, TensorType.FLOAT32, packing.logits(), graph.width(name));
        case GraphNames.LAST_HIDDEN_STATE ->
            buffers.want(name, TensorType.FLOAT32, packing.hidden(), graph.width(name));
        case GraphNames.TOP_IDS ->
            buffers.want(name, TensorType.INT64, packing.logits(), packing.topK());
        case GraphNames.TOP_VALUES ->
            buffers.want(name, TensorType.FLOAT32, packing.logits(), packing.topK());
        default -> {
          if (taps.contains(name)) {
            buffers.want(name, TensorType.FLOAT32, packing.tokens(), graph.width(name));
          }
        }
      }
    }
  }

  /** What is computed where nothing is wanted: ONNX Runtime must be asked for something. */
  private String fallbackOutput() {
    return graph.outputs().contains(GraphNames.LOGITS)
        ? GraphNames.LOGITS
        : GraphNames.LAST_HIDDEN_STATE;
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
