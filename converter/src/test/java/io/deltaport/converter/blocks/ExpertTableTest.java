package io.deltaport.converter.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two experts of layer 5 in one file, the shared one in another. */
class ExpertTableTest {
  private static final Moe MOE = new Moe(2, 1, 6, 10, true);

  private final List<Weight> weights = new ArrayList<>();

  @Test
  void placesAreShardAndOffsetOfDataScalesAndZeroPoints() {
    experts("b.safetensors");
    plain(Role.SHARED_GATE.at(5), "a.safetensors", 7000);
    plain(Role.SHARED_UP.at(5), "a.safetensors", 7100);
    plain(Role.SHARED_DOWN.at(5), "a.safetensors", 7200);
    ExpertTable table = table();
    assertEquals(List.of("a.safetensors", "b.safetensors"), table.files());
    Initializer.Inline offsets = table.offsets("experts");
    assertEquals(List.of(3L, 3L, 3L, 2L), offsets.dims());
    LongBuffer places = offsets.data().asLongBuffer();
    // Expert 1, up: data, scales, no zero points.
    assertPlace(places, 1, 1, 0, 1, 1110);
    assertPlace(places, 1, 1, 1, 1, 2110);
    assertPlace(places, 1, 1, 2, -1, -1);
    // The shared expert, down: plain.
    assertPlace(places, 2, 2, 0, 0, 7200);
    assertPlace(places, 2, 2, 1, -1, -1);
    assertEquals(List.of(3L, 3L, 3L, 16L, 16L, 16L), table.formats());
    assertEquals(List.of(10L, 10L, 10L, 0L, 0L, 0L), table.scaleFormats());
    assertEquals(List.of(1L, 32L, 1L, 32L, 1L, 32L, 0L, 0L, 0L, 0L, 0L, 0L), table.blocks());
  }

  @Test
  void scalesThatAreBytesAreExponents() {
    for (Role role : List.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN)) {
      mxfp4(role.at(5, 0));
      mxfp4(role.at(5, 1));
    }
    for (Role role : List.of(Role.SHARED_GATE, Role.SHARED_UP, Role.SHARED_DOWN)) {
      plain(role.at(5), "a.safetensors", 7000);
    }
    long exponent = Format.E8M0.code();
    assertEquals(List.of(exponent, exponent, exponent, 0L, 0L, 0L), table().scaleFormats());
  }

  @Test
  void expertsOfOneProjectionAreStoredAlike() {
    experts("b.safetensors");
    for (Role role : List.of(Role.SHARED_GATE, Role.SHARED_UP, Role.SHARED_DOWN)) {
      plain(role.at(5), "b.safetensors", 7000);
    }
    weights.removeIf(weight -> weight.id().equals(Role.EXPERT_UP.at(5, 1)));
    plain(Role.EXPERT_UP.at(5, 1), "b.safetensors", 1110);
    ConverterException e = assertThrows(ConverterException.class, this::table);
    assertEquals(
        "EXPERT_UP of layer 5, expert 1: expected INT8 in blocks of 1 x 32 with scales F16 like"
            + " EXPERT_UP of layer 5, expert 0, found BF16",
        e.getMessage());
  }

  @Test
  void moreFilesThanTheOpTakesAreRefused() {
    for (int expert = 0; expert < 2; expert++) {
      for (Role role : List.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN)) {
        plain(role.at(5, expert), "f" + weights.size(), 0);
      }
    }
    for (Role role : List.of(Role.SHARED_GATE, Role.SHARED_UP, Role.SHARED_DOWN)) {
      plain(role.at(5), "f" + weights.size(), 0);
    }
    assertEquals(9, table().files().size());
    List<Weight> many = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      many.add(Weight.plain("w" + i, Role.EXPERT_UP.at(5, i), Format.BF16, part("f" + i, 0)));
      many.add(Weight.plain("g" + i, Role.EXPERT_GATE.at(5, i), Format.BF16, part("f" + i, 0)));
      many.add(Weight.plain("d" + i, Role.EXPERT_DOWN.at(5, i), Format.BF16, part("f" + i, 0)));
    }
    weights.removeIf(weight -> weight.id().expert().isPresent());
    many.addAll(weights);
    PlacedWeights placed = new PlacedWeights(many, Map.of(), Map.of());
    ConverterException e =
        assertThrows(
            ConverterException.class, () -> ExpertTable.of(new Moe(65, 1, 6, 10, true), placed, 5));
    assertEquals("layer 5: expected experts in at most 64 files, found 65 files", e.getMessage());
  }

  private ExpertTable table() {
    return ExpertTable.of(MOE, new PlacedWeights(weights, Map.of(), Map.of()), 5);
  }

  /** Int8 experts: data of expert e, projection p at 1000 + 100 * e + 10 * p, scales 1000 after. */
  private void experts(String file) {
    List<Role> roles = List.of(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN);
    for (int expert = 0; expert < 2; expert++) {
      for (int p = 0; p < 3; p++) {
        WeightId id = roles.get(p).at(5, expert);
        long offset = 1000 + 100L * expert + 10L * p;
        weights.add(
            new Weight(
                id.toString(),
                id,
                Format.INT8,
                Shape.of(2, 4),
                new Block(1, 32),
                new Part(file, DType.I8, Shape.of(2, 4), offset),
                Optional.of(new Part(file, DType.F16, Shape.of(2, 1), offset + 1000)),
                Optional.empty(),
                Optional.empty(),
                List.of()));
      }
    }
  }

  /** Four-bit floats in blocks of 32 columns, an exponent each. */
  private void mxfp4(WeightId id) {
    weights.add(
        new Weight(
            id.toString(),
            id,
            Format.FP4,
            Shape.of(2, 64),
            new Block(1, 32),
            new Part("b.safetensors", DType.U8, Shape.of(2, 32), 0),
            Optional.of(new Part("b.safetensors", DType.U8, Shape.of(2, 2), 64)),
            Optional.empty(),
            Optional.empty(),
            List.of()));
  }

  private void plain(WeightId id, String file, long offset) {
    weights.add(Weight.plain(id.toString(), id, Format.BF16, part(file, offset)));
  }

  private static Part part(String file, long offset) {
    return new Part(file, DType.BF16, Shape.of(2, 4), offset);
  }

  private static void assertPlace(
      LongBuffer places, int expert, int projection, int part, long shard, long offset) {
    int at = ((expert * 3 + projection) * 3 + part) * 2;
    assertEquals(shard, places.get(at));
    assertEquals(offset, places.get(at + 1));
  }
}
