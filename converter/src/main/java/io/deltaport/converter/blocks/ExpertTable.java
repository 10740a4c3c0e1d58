package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Format;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.Moe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where the experts of one sparse layer lie.
 *
 * @param rows gate, up, down of each expert, the shared expert last
 * @param files the files that hold them, in the order of the op's shard inputs
 */
record ExpertTable(List<List<Weight>> rows, List<String> files) {
  private static final List<Role> ROUTED =
      List.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN);
  private static final List<Role> SHARED =
      List.of(Role.SHARED_GATE, Role.SHARED_UP, Role.SHARED_DOWN);

  ExpertTable {
    rows = rows.stream().map(List::copyOf).toList();
    files = List.copyOf(files);
  }

  /**
   * The experts of a layer's MLP.
   *
   * @throws ConverterException if they lie in more files than the op takes, or the experts of one
   *     projection differ in format
   */
  static ExpertTable of(Moe moe, PlacedWeights weights, int layer) {
    List<List<Weight>> rows = new ArrayList<>();
    for (int expert = 0; expert < moe.experts(); expert++) {
      int number = expert;
      rows.add(ROUTED.stream().map(role -> weights.get(role.at(layer, number))).toList());
    }
    rows.add(SHARED.stream().map(role -> weights.get(role.at(layer))).toList());
    List<String> files =
        rows.stream()
            .flatMap(List::stream)
            .flatMap(Weight::parts)
            .map(Part::file)
            .distinct()
            .sorted()
            .toList();
    if (files.size() > Op.MAX_SHARDS) {
      throw ConverterException.refused(
          "layer " + layer,
          "experts in at most " + Op.MAX_SHARDS + " files",
          files.size() + " files");
    }
    ExpertTable table = new ExpertTable(rows, files);
    table.requireEqualFormats();
    return table;
  }

  private void requireEqualFormats() {
    List<Problem> problems = new ArrayList<>();
    for (List<Weight> row : rows.subList(0, rows.size() - 1)) {
      for (int p = 0; p < row.size(); p++) {
        Weight first = rows.get(0).get(p);
        if (!storage(row.get(p)).equals(storage(first))) {
          problems.add(
              new Problem(
                  row.get(p).name(),
                  storage(first) + " like " + first.name(),
                  storage(row.get(p))));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
  }

  private static String storage(Weight weight) {
    return weight.format()
        + (weight.format().plain()
            ? ""
            : " in blocks of " + weight.block().rows() + " x " + weight.block().columns())
        + weight.scales().map(part -> " with scales " + part.dtype()).orElse("")
        + (weight.zeroPoints().isPresent() ? " and zero points" : "");
  }

  Stream<Weight> weights() {
    return rows.stream().flatMap(List::stream);
  }

  /** Gate, up, down of the experts, then of the shared expert. */
  private <T> List<T> six(Function<Weight, T> property) {
    return Stream.of(rows.get(0), rows.get(rows.size() - 1))
        .flatMap(List::stream)
        .map(property)
        .toList();
  }

  List<Long> formats() {
    return six(weight -> (long) weight.format().code());
  }

  List<Long> scaleFormats() {
    return six(weight -> weight.scales().map(ExpertTable::scaleFormat).orElse(0L));
  }

  /** Bytes that are scales are exponents. */
  private static long scaleFormat(Part scales) {
    ElementType type = LayerParts.type(scales);
    return type == ElementType.UINT8 ? Format.E8M0.code() : type.code();
  }

  List<Long> blocks() {
    return six(weight -> weight.block().numbers()).stream().flatMap(List::stream).toList();
  }

  /** The {@code experts} input: {@code [experts + 1, 3, 3, 2]} of (shard, offset). */
  Initializer.Inline offsets(String name) {
    ByteBuffer data =
        ByteBuffer.allocate(rows.size() * 3 * 3 * 2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (List<Weight> row : rows) {
      for (Weight weight : row) {
        put(data, Optional.of(weight.data()));
        put(data, weight.scales());
        put(data, weight.zeroPoints());
      }
    }
    return new Initializer.Inline(
        name, ElementType.INT64, List.of((long) rows.size(), 3L, 3L, 2L), data.flip());
  }

  private void put(ByteBuffer data, Optional<Part> part) {
    data.putLong(part.map(p -> (long) files.indexOf(p.file())).orElse(-1L));
    data.putLong(part.map(Part::offset).orElse(-1L));
  }
}
