package io.deltaport.directory;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.deltaport.directory.graph.Format;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.Problem;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks the offset table of a {@code SparseMoe} node: every part of every expert lies within the
 * shard that the table names. The node's attributes are as {@code docs/ops.md} has them.
 */
final class ExpertCheck {
  private static final int FIRST_SHARD = Op.SPARSE_MOE.input("shard_0");

  /** The {@code scale_formats} entry of a projection without scales. */
  private static final long NONE = 0;

  private final NodeProto node;
  private final Map<String, TensorProto> initializers;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  ExpertCheck(NodeProto node, Map<String, TensorProto> initializers) {
    this.node = node;
    this.initializers = initializers;
    node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  /** What is wrong with the table, if anything is. */
  Optional<Problem> problem() {
    try {
      return tableProblem();
    } catch (ArithmeticException e) {
      return report("sizes below 2^63", "larger ones");
    }
  }

  private Optional<Problem> tableProblem() {
    TensorProto router = constant(Op.SPARSE_MOE.input("router"));
    TensorProto table = constant(Op.SPARSE_MOE.input("experts"));
    List<Long> formats = ints("formats");
    List<Long> scaleFormats = ints("scale_formats");
    List<Long> blocks = ints("blocks");
    boolean whole = formats.size() == 6 && scaleFormats.size() == 6 && blocks.size() == 12;
    if (router == null || router.getDimsCount() != 2 || table == null || !whole) {
      return report("a router, a table of experts and their formats", "something else");
    }
    long experts = router.getDims(0);
    List<Long> dims = List.of(Math.addExact(experts, 1L), 3L, 3L, 2L);
    long bytes = Math.multiplyExact(Math.addExact(experts, 1L), 3L * 3 * 2 * Long.BYTES);
    if (!table.getDimsList().equals(dims) || table.getRawData().size() != bytes) {
      return report(
          "a table " + dims + " in the graph",
          table.getDimsList() + ", " + table.getRawData().size() + " bytes");
    }
    return entries(table, experts, router.getDims(1));
  }

  private Optional<Problem> entries(TensorProto table, long experts, long hidden) {
    LongBuffer entries =
        table.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    for (int e = 0; e <= experts; e++) {
      for (int p = 0; p < 3; p++) {
        Projection projection = new Projection(e == experts ? p + 3 : p, hidden);
        for (int q = 0; q < 3; q++) {
          long shard = entries.get();
          long offset = entries.get();
          if (!projection.holds(q, shard, offset)) {
            return report(
                "part " + q + " of projection " + p + " of expert " + e + " within its file",
                "shard " + shard + ", offset " + offset);
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * One projection, its sizes by the node's attributes: 0 to 2 of the experts, 3 to 5 of the shared
   * one.
   */
  private final class Projection {
    private final long out;
    private final long in;
    private final Optional<Format> format;
    private final long scaleFormat;
    private final long blockRows;
    private final long blockColumns;

    Projection(int index, long hidden) {
      AttributeProto width = attributes.get(index < 3 ? "intermediate" : "shared_intermediate");
      long inner = width == null ? 0 : width.getI();
      boolean down = index % 3 == 2;
      this.out = down ? hidden : inner;
      this.in = down ? inner : hidden;
      this.format = Format.of(ints("formats").get(index));
      this.scaleFormat = ints("scale_formats").get(index);
      this.blockRows = Math.max(1, ints("blocks").get(2 * index));
      this.blockColumns = Math.max(1, ints("blocks").get(2 * index + 1));
    }

    boolean holds(int part, long shard, long offset) {
      if (shard == -1 && offset == -1) {
        return part == 2 || (part == 1 && scaleFormat == NONE);
      }
      long bytes = shardBytes(shard);
      return offset >= 0
          && offset <= bytes
          && partBytes(part).filter(needed -> needed <= bytes - offset).isPresent();
    }

    /** Bytes of a part, where its format is one that a part may have. */
    private Optional<Long> partBytes(int part) {
      long scales = Math.multiplyExact(ceil(out, blockRows), ceil(in, blockColumns));
      return switch (part) {
        case 0 -> format.map(known -> Math.multiplyExact(out, known.rowBytes(in)));
        case 1 ->
            Format.of(scaleFormat)
                .filter(known -> format.filter(weight -> weight.takes(known)).isPresent())
                .map(known -> known.rowBytes(scales));
        default -> Optional.of(scales);
      };
    }

    private static long ceil(long a, long b) {
      return (Math.addExact(a, b) - 1) / b;
    }
  }

  private long shardBytes(long shard) {
    if (shard < 0 || shard > node.getInputCount() - FIRST_SHARD - 1) {
      return -1;
    }
    TensorProto file = constant(FIRST_SHARD + (int) shard);
    return file == null || file.getDimsCount() != 1 ? -1 : file.getDims(0);
  }

  private @Nullable TensorProto constant(int input) {
    return input < node.getInputCount() ? initializers.get(node.getInput(input)) : null;
  }

  private List<Long> ints(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? List.of() : attribute.getIntsList();
  }

  private Optional<Problem> report(String expected, String found) {
    return Optional.of(new Problem("node " + node.getName() + ": experts", expected, found));
  }
}
