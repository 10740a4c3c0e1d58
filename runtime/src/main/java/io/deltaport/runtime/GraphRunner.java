package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.DirectTensor;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.session.TensorType;
import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.StatePool;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Runs packed requests through one graph: takes rows and blocks, copies shared ones, fills the
 * inputs, runs, and gives all back where the run fails. Whether the advances are then committed is
 * the caller's. One run at a time.
 */
final class GraphRunner implements AutoCloseable {
  private final GraphSession graph;
  private final StatePool pool;
  private final PackedInputs inputs;
  private final Set<String> taps;
  private final Deque<OutputBuffers> spare = new ConcurrentLinkedDeque<>();

  GraphRunner(GraphSession graph, StatePool pool, Set<String> taps) {
    this.graph = graph;
    this.pool = pool;
    this.inputs = new PackedInputs(graph);
    this.taps = Set.copyOf(taps);
  }

  /** The tap outputs of a graph. */
  static Set<String> tapsOf(GraphSession graph) {
    Set<String> names = new TreeSet<>(graph.outputs());
    names.removeIf(
        name ->
            !name.startsWith(GraphNames.HIDDEN_STATES)
                && !name.startsWith(GraphNames.ROUTER_LOGITS));
    return Set.copyOf(names);
  }

  GraphSession graph() {
    return graph;
  }

  PackedInputs inputs() {
    return inputs;
  }

  Set<String> taps() {
    return taps;
  }

  /**
   * Runs; {@code more} fills inputs beyond the common ones. On an error no advance holds anything.
   */
  RunOutputs run(
      Packing packing,
      List<Advance> advances,
      Consumer<DirectTensor> more,
      Cancellation cancellation) {
    reserve(advances);
    OutputBuffers buffers = takeBuffers();
    try {
      inputs.fill(packing, advances, pool.handle());
      more.accept(inputs.hidden());
      want(buffers, packing);
      runGraph(buffers, cancellation);
      return new RunOutputs(buffers, spare, taps, packing.topK());
    } catch (RuntimeException | Error e) {
      advances.forEach(Advance::undo);
      spare.push(buffers);
      throw e;
    }
  }

  private void reserve(List<Advance> advances) {
    int rows = 0;
    int blocks = 0;
    for (Advance advance : advances) {
      rows += advance.neededRows();
      blocks += advance.neededBlocks();
    }
    pool.require(rows, blocks);
    advances.forEach(Advance::reserve);
    int[] sources = new int[blocks];
    int[] targets = new int[blocks];
    int copies = 0;
    for (Advance advance : advances) {
      copies = advance.copies(sources, targets, copies);
    }
    try {
      pool.copyBlocks(sources, targets, copies);
    } catch (RuntimeException e) {
      advances.forEach(Advance::undo);
      throw e;
    }
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

  private void runGraph(OutputBuffers buffers, Cancellation cancellation) {
    Runnable terminate = graph::terminate;
    cancellation.attach(terminate);
    try {
      graph.run(inputs.declared(), buffers.wanted(), unwanted());
    } catch (RunException e) {
      throw cancellation.isCancelled()
          ? new RunException(RunException.Reason.CANCELLED, "cancelled", e)
          : e;
    } finally {
      cancellation.detach(terminate);
      graph.allow();
    }
  }

  private String unwanted() {
    return graph.outputs().contains(GraphNames.LOGITS)
        ? GraphNames.LOGITS
        : GraphNames.LAST_HIDDEN_STATE;
  }

  @Override
  public void close() {
    inputs.close();
    graph.close();
  }
}
