package io.deltaport.converter.blocks;

import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.ValueInfo;
import java.util.Arrays;
import java.util.Locale;

/**
 * The inputs that a graph may declare; the names are these in lower case. A graph declares those
 * that it uses.
 */
public enum GraphInput {
  INPUT_IDS(ElementType.INT64, "tokens"),
  POSITIONS(ElementType.INT64, "tokens"),
  CU_SEQ_LENS(ElementType.INT32, "seqs+1"),
  PAST_LENS(ElementType.INT32, "seqs"),
  BLOCK_TABLE(ElementType.INT32, "seqs max_blocks"),
  LOAD_ROWS(ElementType.INT32, "seqs"),
  SAVE_ROWS(ElementType.INT32, "tokens"),
  LOGIT_ROWS(ElementType.INT64, "n"),
  HIDDEN_ROWS(ElementType.INT64, "m"),
  TOP_K(ElementType.INT32, "1"),
  STATE(ElementType.INT64, "1");

  private final ElementType type;
  private final String axes;

  GraphInput(ElementType type, String axes) {
    this.type = type;
    this.axes = axes;
  }

  ValueInfo info() {
    Dim[] dims =
        Arrays.stream(axes.split(" ", -1))
            .map(axis -> axis.equals("1") ? Dim.of(1) : Dim.of(axis))
            .toArray(Dim[]::new);
    return ValueInfo.of(name().toLowerCase(Locale.ROOT), type, dims);
  }
}
