package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.DirectTensor;
import io.deltaport.runtime.session.GraphSession;
import io.deltaport.runtime.session.TensorType;
import io.deltaport.runtime.state.Advance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The input tensors of a graph, filled anew for each run; of a run's tokens, one sequence lies
 * after the other.
 */
final class PackedInputs implements AutoCloseable {
  private final DirectTensor inputIds = ints64(GraphNames.INPUT_IDS);
  private final DirectTensor positions = ints64(GraphNames.POSITIONS);
  private final DirectTensor cuSeqLens = ints32(GraphNames.CU_SEQ_LENS);
  private final DirectTensor pastLens = ints32(GraphNames.PAST_LENS);
  private final DirectTensor blockTable = ints32(GraphNames.BLOCK_TABLE);
  private final DirectTensor loadRows = ints32(GraphNames.LOAD_ROWS);
  private final DirectTensor saveRows = ints32(GraphNames.SAVE_ROWS);
  private final DirectTensor logitRows = ints64(GraphNames.LOGIT_ROWS);
  private final DirectTensor hiddenRows = ints64(GraphNames.HIDDEN_ROWS);
  private final DirectTensor topK = ints32(GraphNames.TOP_K);
  private final DirectTensor state = ints64(GraphNames.STATE);
  private final DirectTensor hidden = new DirectTensor(GraphNames.HIDDEN, TensorType.FLOAT32);
  private final List<DirectTensor> declared = new ArrayList<>();

  /** Binds exactly what the graph declares; an input that is not known here is an error. */
  PackedInputs(GraphSession graph) {
    Set<String> unknown = new TreeSet<>(graph.inputs());
    for (DirectTensor tensor : all()) {
      if (unknown.remove(tensor.name())) {
        declared.add(tensor);
      }
    }
    if (!unknown.isEmpty()) {
      throw new RunException(
          RunException.Reason.MODEL, "the graph declares unknown inputs " + unknown);
    }
  }

  private List<DirectTensor> all() {
    return List.of(
        inputIds,
        positions,
        cuSeqLens,
        pastLens,
        blockTable,
        loadRows,
        saveRows,
        logitRows,
        hiddenRows,
        topK,
        state,
        hidden);
  }

  Collection<DirectTensor> declared() {
    return declared;
  }

  /** The tensor of a declared input. */
  DirectTensor tensor(String name) {
    return declared.stream().filter(tensor -> tensor.name().equals(name)).findFirst().orElseThrow();
  }

  /** Where the MTP head's hidden states {@code [tokens, hidden]} go. */
  DirectTensor hidden() {
    return hidden;
  }

  /** Fills everything but {@link #hidden}. */
  void fill(Packing packing, List<Advance> advances, long handle) {
    int seqs = packing.size();
    inputIds.shape(packing.tokens());
    positions.shape(packing.tokens());
    saveRows.shape(packing.tokens());
    cuSeqLens.shape(seqs + 1);
    pastLens.shape(seqs);
    loadRows.shape(seqs);
    for (int i = 0; i < seqs; i++) {
      fillSequence(i, packing, advances.get(i));
    }
    cuSeqLens.set(seqs, packing.tokens());
    fillBlockTable(advances);
    fillRows(packing);
    topK.shape(1);
    topK.set(0, packing.topK());
    state.shape(1);
    state.set(0, handle);
  }

  private void fillSequence(int index, Packing packing, Advance advance) {
    Packing.Part part = packing.part(index);
    Request request = packing.request(index);
    cuSeqLens.set(index, part.firstToken());
    pastLens.set(index, advance.from());
    loadRows.set(index, advance.loadRow());
    for (int t = 0; t < part.tokens(); t++) {
      int at = part.firstToken() + t;
      inputIds.set(at, (long) request.id(t));
      positions.set(at, (long) advance.from() + t);
      saveRows.set(at, advance.saveRow(t));
    }
  }

  private void fillBlockTable(List<Advance> advances) {
    int width = 0;
    for (Advance advance : advances) {
      width = Math.max(width, advance.blockCount());
    }
    blockTable.shape(advances.size(), width);
    for (int i = 0; i < advances.size(); i++) {
      Advance advance = advances.get(i);
      for (int b = 0; b < width; b++) {
        blockTable.set(i * width + b, b < advance.blockCount() ? advance.block(b) : -1);
      }
    }
  }

  private void fillRows(Packing packing) {
    logitRows.shape(packing.logits());
    hiddenRows.shape(packing.hidden());
    for (int i = 0; i < packing.size(); i++) {
      Packing.Part part = packing.part(i);
      Request request = packing.request(i);
      RowSelection logits = request.logits() == null ? RowSelection.LAST : request.logits();
      fillRows(logitRows, part.firstLogit(), part.logits(), logits, part);
      fillRows(hiddenRows, part.firstHidden(), part.hidden(), request.hidden(), part);
    }
    int keptFrom = packing.hidden() - packing.kept().size();
    for (int i = 0; i < packing.kept().size(); i++) {
      hiddenRows.set(keptFrom + i, (long) packing.kept().get(i));
    }
  }

  private static void fillRows(
      DirectTensor target, int first, int count, RowSelection rows, Packing.Part part) {
    for (int row = 0; row < count; row++) {
      target.set(first + row, (long) part.firstToken() + rows.offset(row, part.tokens()));
    }
  }

  private static DirectTensor ints64(String name) {
    return new DirectTensor(name, TensorType.INT64);
  }

  private static DirectTensor ints32(String name) {
    return new DirectTensor(name, TensorType.INT32);
  }

  @Override
  public void close() {
    all().forEach(DirectTensor::close);
  }
}
