package io.deltaport.runtime.run;

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
public final class PackedInputs implements AutoCloseable {
  private final DirectTensor inputIds = ints64(GraphNames.INPUT_IDS);
  private final DirectTensor positions = ints64(GraphNames.POSITIONS);
  private final DirectTensor cuSeqLens = ints32(GraphNames.CU_SEQ_LENS);
  private final DirectTensor pastLens = ints32(GraphNames.PAST_LENS);
  private final DirectTensor blockTable = ints32(GraphNames.BLOCK_TABLE);
  private final DirectTensor loadSlots = ints32(GraphNames.LOAD_ROWS);
  private final DirectTensor saveSlots = ints32(GraphNames.SAVE_ROWS);
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
        loadSlots,
        saveSlots,
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
  public DirectTensor tensor(String name) {
    return declared.stream().filter(tensor -> tensor.name().equals(name)).findFirst().orElseThrow();
  }

  /** Fills everything but hidden states. */
  void fill(Packing packing, long handle) {
    int seqs = packing.parts().size();
    inputIds.shape(packing.tokens());
    positions.shape(packing.tokens());
    saveSlots.shape(packing.tokens());
    cuSeqLens.shape(seqs + 1);
    pastLens.shape(seqs);
    loadSlots.shape(seqs);
    logitRows.shape(packing.logits());
    hiddenRows.shape(packing.hidden());
    int blocks = 0;
    for (int i = 0; i < seqs; i++) {
      Packing.Part part = packing.parts().get(i);
      fillSequence(i, part);
      fillRows(part);
      blocks = Math.max(blocks, part.advance().blockCount());
    }
    cuSeqLens.set(seqs, packing.tokens());
    fillBlockTable(packing.parts(), blocks);
    topK.shape(1);
    topK.set(0, packing.topK());
    state.shape(1);
    state.set(0, handle);
  }

  private void fillSequence(int index, Packing.Part part) {
    Advance advance = part.advance();
    cuSeqLens.set(index, part.firstToken());
    pastLens.set(index, advance.from());
    loadSlots.set(index, advance.loadSlot());
    for (int t = 0; t < part.tokens(); t++) {
      int at = part.firstToken() + t;
      inputIds.set(at, (long) advance.id(t));
      positions.set(at, (long) advance.from() + t);
      saveSlots.set(at, advance.saveSlot(t));
    }
  }

  private void fillRows(Packing.Part part) {
    for (int row = 0; row < part.logits(); row++) {
      logitRows.set(part.firstLogit() + row, (long) part.logitToken(row));
    }
    for (int row = 0; row < part.hidden() + part.kept(); row++) {
      hiddenRows.set(part.firstHidden() + row, (long) part.hiddenToken(row));
    }
  }

  private void fillBlockTable(List<Packing.Part> parts, int width) {
    blockTable.shape(parts.size(), width);
    for (int i = 0; i < parts.size(); i++) {
      Advance advance = parts.get(i).advance();
      for (int b = 0; b < width; b++) {
        blockTable.set(i * width + b, b < advance.blockCount() ? advance.block(b) : -1);
      }
    }
  }

  /** Fills the hidden states {@code [tokens, hidden]} of a graph that starts from them. */
  void fill(HiddenRows rows, int tokens) {
    hidden.shape(tokens, rows.width());
    rows.put(hidden.elements().asFloatBuffer());
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
