package io.deltaport.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.deltaport.directory.graph.Format;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.Problem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The offset table of two experts of width 4 and a shared one of width 2, all over 6 hidden values:
 * int8 in blocks of one row by three columns, float32 scales, in one file that they just fill.
 */
class ExpertCheckTest {
  private static final int HIDDEN = 6;
  private static final int WIDTH = 4;
  private static final int SHARED_WIDTH = 2;

  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final List<long[]> table = new ArrayList<>();
  private long end;

  @BeforeEach
  void make() {
    attribute("intermediate", WIDTH);
    attribute("shared_intermediate", SHARED_WIDTH);
    ints("formats", Collections.nCopies(6, (long) Format.INT8.code()));
    ints("scale_formats", Collections.nCopies(6, (long) Format.F32.code()));
    List<Long> blocks = new ArrayList<>();
    for (int projection = 0; projection < 6; projection++) {
      blocks.addAll(List.of(1L, 3L));
    }
    ints("blocks", blocks);
    initializers.put("router", TensorProto.newBuilder().addDims(2).addDims(HIDDEN).build());
    expert(WIDTH);
    expert(WIDTH);
    expert(SHARED_WIDTH);
    file(end);
  }

  @Test
  void partsThatJustFillTheirFilePass() {
    assertEquals(List.of(), problems());
  }

  @Test
  void aFileOfOneByteLessIsTooShort() {
    file(end - 1);
    assertPart(1, 2, 2, "shard 0, offset " + entry(2, 2, 1)[1]);
  }

  @Test
  void dataThatEndsBeyondItsFileIsRefused() {
    entry(0, 1, 0)[1] = end - WIDTH * HIDDEN + 1;
    assertPart(0, 1, 0, "shard 0, offset " + entry(0, 1, 0)[1]);
  }

  @Test
  void anOffsetThatWouldOverflowIsRefused() {
    entry(1, 0, 0)[1] = Long.MAX_VALUE;
    assertPart(0, 0, 1, "shard 0, offset " + Long.MAX_VALUE);
  }

  @Test
  void anOffsetBeforeTheFileIsRefused() {
    entry(1, 2, 1)[1] = -4;
    assertPart(1, 2, 1, "shard 0, offset -4");
  }

  @Test
  void aShardThatTheNodeLacksIsRefused() {
    entry(1, 0, 0)[0] = 1;
    assertPart(0, 0, 1, "shard 1, offset " + entry(1, 0, 0)[1]);
    entry(1, 0, 0)[0] = -2;
    assertPart(0, 0, 1, "shard -2, offset " + entry(1, 0, 0)[1]);
    entry(1, 0, 0)[0] = Long.MIN_VALUE; // 0 where it is cut to 32 bits
    assertPart(0, 0, 1, "shard " + Long.MIN_VALUE + ", offset " + entry(1, 0, 0)[1]);
  }

  @Test
  void dataMayNotBeAbsent() {
    absent(0, 0, 0);
    assertPart(0, 0, 0, "shard -1, offset -1");
  }

  @Test
  void scalesMayBeAbsentOnlyWhereTheNodeHasNone() {
    absent(0, 0, 1);
    assertPart(1, 0, 0, "shard -1, offset -1");
    scaleFormat(0, 0);
    absent(1, 0, 1);
    assertEquals(List.of(), problems());
  }

  @Test
  void zeroPointsAreBytesOneABlock() {
    entry(0, 0, 2)[0] = 0;
    entry(0, 0, 2)[1] = end - WIDTH * 2;
    assertEquals(List.of(), problems());
    entry(0, 0, 2)[1]++;
    assertPart(2, 0, 0, "shard 0, offset " + entry(0, 0, 2)[1]);
  }

  @Test
  void theSharedExpertHasFormatsOfItsOwn() {
    List<Long> formats = new ArrayList<>(Collections.nCopies(6, (long) Format.INT8.code()));
    formats.set(5, (long) Format.F32.code());
    ints("formats", formats);
    assertPart(0, 2, 2, "shard 0, offset " + entry(2, 2, 0)[1]);
  }

  @Test
  void scalesOfAFormatThatTheWeightDoesNotTakeAreRefused() {
    scaleFormat(1, Format.E8M0.code());
    assertPart(1, 1, 0, "shard 0, offset " + entry(0, 1, 1)[1]);
  }

  @Test
  void aFormatThatIsNoneIsRefused() {
    ints("formats", Collections.nCopies(6, 99L));
    assertPart(0, 0, 0, "shard 0, offset " + entry(0, 0, 0)[1]);
  }

  @Test
  void aTableOfAnotherNumberOfExpertsIsRefused() {
    expert(WIDTH);
    assertEquals(
        List.of(
            "node mlp: experts: expected a table [3, 3, 3, 2] in the graph, found [4, 3, 3, 2],"
                + " 576 bytes"),
        problems());
  }

  @Test
  void aTableWithoutItsFormatsIsRefused() {
    ints("blocks", Collections.nCopies(11, 1L));
    assertEquals(
        List.of(
            "node mlp: experts: expected a router, a table of experts and their formats, found"
                + " something else"),
        problems());
  }

  @Test
  void sizesThatOverflowAreRefused() {
    attribute("intermediate", Long.MAX_VALUE / 2);
    assertEquals(
        List.of("node mlp: experts: expected sizes below 2^63, found larger ones"), problems());
  }

  private void assertPart(int part, int projection, int expert, String found) {
    assertEquals(
        List.of(
            "node mlp: experts: expected part %d of projection %d of expert %d within its file, found %s"
                .formatted(part, projection, expert, found)),
        problems());
  }

  private List<String> problems() {
    ByteBuffer bytes = ByteBuffer.allocate(table.size() * 16).order(ByteOrder.LITTLE_ENDIAN);
    table.forEach(entry -> bytes.putLong(entry[0]).putLong(entry[1]));
    initializers.put(
        "experts",
        TensorProto.newBuilder()
            .addAllDims(List.of(table.size() / 9L, 3L, 3L, 2L))
            .setRawData(ByteString.copyFrom(bytes.flip()))
            .build());
    List<String> inputs =
        new ArrayList<>(Collections.nCopies(Op.SPARSE_MOE.input("shard_0") + 1, ""));
    inputs.set(Op.SPARSE_MOE.input("router"), "router");
    inputs.set(Op.SPARSE_MOE.input("experts"), "experts");
    inputs.set(Op.SPARSE_MOE.input("shard_0"), "file");
    NodeProto node =
        NodeProto.newBuilder()
            .setName("mlp")
            .addAllInput(inputs)
            .addAllAttribute(attributes.values())
            .build();
    return new ExpertCheck(node, initializers).problem().map(Problem::toString).stream().toList();
  }

  /** Gate, up and down of an expert: data, then scales, no zero points. */
  private void expert(long width) {
    for (long columns : new long[] {HIDDEN, HIDDEN, width}) {
      long rows = width * HIDDEN / columns;
      put(rows * columns);
      put(rows * ((columns + 2) / 3) * Float.BYTES);
      table.add(new long[] {-1, -1});
    }
  }

  private void put(long bytes) {
    table.add(new long[] {0, end});
    end += bytes;
  }

  private long[] entry(int expert, int projection, int part) {
    return table.get((expert * 3 + projection) * 3 + part);
  }

  private void absent(int expert, int projection, int part) {
    entry(expert, projection, part)[0] = -1;
    entry(expert, projection, part)[1] = -1;
  }

  private void file(long bytes) {
    initializers.put("file", TensorProto.newBuilder().addDims(bytes).build());
  }

  private void scaleFormat(int projection, long code) {
    List<Long> formats = new ArrayList<>(Collections.nCopies(6, (long) Format.F32.code()));
    formats.set(projection, code);
    ints("scale_formats", formats);
  }

  private void attribute(String name, long value) {
    attributes.put(
        name,
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build());
  }

  private void ints(String name, List<Long> values) {
    attributes.put(
        name,
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeType.INTS)
            .addAllInts(values)
            .build());
  }
}
