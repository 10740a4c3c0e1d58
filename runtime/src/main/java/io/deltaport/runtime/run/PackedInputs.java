package io.deltaport.runtime.run;

import io.deltaport.directory.graph.Port;
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
  private final DirectTensor inputIds = tensor(Port.INPUT_IDS);
  private final DirectTensor positions = tensor(Port.POSITIONS);
  private final DirectTensor cuSeqLens = tensor(Port.CU_SEQ_LENS);
  private final DirectTensor pastLens = tensor(Port.PAST_LENS);
  private final DirectTensor blockTable = tensor(Port.BLOCK_TABLE);
  private final DirectTensor loadSlots = tensor(Port.LOAD_SLOTS);
  private final DirectTensor saveSlots = tensor(Port.SAVE_SLOTS);
  private final DirectTensor logitRows = tensor(Port.LOGIT_ROWS);
  private final DirectTensor hiddenRows = tensor(Port.HIDDEN_ROWS);
  private final DirectTensor topK = tensor(Port.TOP_K);
  private final DirectTensor state = tensor(Port.STATE);
  private final DirectTensor hidden = tensor(Port.HIDDEN);
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

  private static DirectTensor tensor(Port port) {
    return new DirectTensor(port.key(), TensorType.of(port.type()));
  }

  @Override
  public void close() {
    all().forEach(DirectTensor::close);
  }
}
