package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.RewriteChooser.Decided;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.converter.weights.IntPacking;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each weight; nothing is read. */
class RewriteChooserTest {
  private static final int COLUMNS = 128;

  @Test
  void nothingIsRewrittenWherePrecisionsAreKept() {
    assertEquals(Set.of(), decide(Precision.KEEP, plain(Role.HEAD.one(), COLUMNS)).keys());
  }

  @Test
  void aWeightThatHasThePlainFormatAlreadyStays() {
    assertEquals(Set.of(), decide(Precision.BF16, plain(Role.FINAL_NORM.one(), COLUMNS)).keys());
    assertEquals("F32", decide(Precision.F32, plain(Role.FINAL_NORM.one(), COLUMNS)).of("w"));
    assertEquals("F16", decide(Precision.F16, plain(Role.FINAL_NORM.one(), COLUMNS)).of("w"));
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, HEAD, INT8 x32", "INT8, ATTENTION_Q, INT8 x32", "INT8, DELTA_BA, kept",
    "INT4, HEAD, INT8 x64", "INT4, ATTENTION_Q, INT4 x64", "INT4, ROUTER, kept",
    "MIXED, ATTENTION_Q, INT8 x64", "MIXED, EXPERT_UP, INT4 x32", "MIXED, FINAL_NORM, kept"
  })
  void aSchemeGoesByTheRole(Precision precision, Role role, String expected) {
    assertEquals(expected, decide(precision, plain(role.one(), COLUMNS)).of("w"));
  }

  @Test
  void aRuleOfTheUsersIsBeforeTheSchemeAndTheLastOneCounts() {
    StoredWeight matrix = plain(Role.ATTENTION_Q.one(), COLUMNS);
    assertEquals("kept", decide(Precision.INT4, matrix, "w=keep").of("w"));
    assertEquals("INT8 x128", decide(Precision.INT4, matrix, "w=bf16", "*=int8:128").of("w"));
    assertEquals("INT4 x64", decide(Precision.KEEP, matrix, "w=int4").of("w"));
    assertEquals("INT4 x64", decide(Precision.INT4, matrix, "w=int4").of("w"));
  }

  /** Only a rule can ask for it: every scheme leaves such a matrix alone. */
  @Test
  void aRuleQuantisesAMatrixThatNoSchemeRounds() {
    StoredWeight decay = plain(Role.DELTA_BA.one(), COLUMNS);
    assertEquals("INT8 x64", decide(Precision.KEEP, decay, "w=int8").of("w"));
  }

  @Test
  void aRuleThatNoModelCanBeStoredByIsRefused() {
    StoredWeight norm = plain(Role.FINAL_NORM.one(), COLUMNS);
    assertThrows(ConverterException.class, () -> decide(Precision.KEEP, norm, "w=int8"));
    assertThrows(ConverterException.class, () -> decide(Precision.KEEP, norm, "v=bf16"));
  }

  @Test
  void blocksThatDoNotDivideTheColumnsAreSmallerAndNoted() {
    Chosen chosen = decide(Precision.INT4, plain(Role.ATTENTION_Q.one(), 96));
    assertEquals("INT4 x32", chosen.of("w"));
    assertEquals(List.of("1 matrices of 96 columns: blocks of 32 instead of 64"), chosen.notes());
    assertEquals(
        List.of("1 matrices of 80 columns: blocks of 32 instead of 64, the last of a row shorter"),
        decide(Precision.INT4, plain(Role.ATTENTION_Q.one(), 80)).notes());
    assertEquals(List.of(), decide(Precision.INT4, plain(Role.ATTENTION_Q.one(), 64)).notes());
  }

  @Test
  void aPackedMatrixIsWrittenAnewWithoutRoundingWhereverItFits() {
    assertEquals("INT4 x32", decide(Precision.KEEP, packed(Grouping.RUNS)).of("w"));
    assertEquals("F32", decide(Precision.KEEP, packed(Grouping.PERMUTED)).of("w"));
    assertEquals("BF16", decide(Precision.BF16, packed(Grouping.RUNS)).of("w"));
  }

  /** Formats by the name of the weight; {@code kept} where it stays as it lies. */
  private record Chosen(Decided decided) {
    Set<String> keys() {
      return decided.rewrites().keySet();
    }

    List<String> notes() {
      return decided.notes();
    }

    String of(String name) {
      Rewrite rewrite = decided.rewrites().get(name);
      if (rewrite == null) {
        return "kept";
      }
      Weight made = rewrite.target();
      return made.format() + (made.format().plain() ? "" : " x" + made.block().columns());
    }
  }

  private static Chosen decide(Precision precision, StoredWeight weight, String... rules) {
    Conversion.Builder conversion =
        Conversion.of(Path.of("from"), Path.of("to")).precision(precision);
    for (String rule : rules) {
      conversion.override(PrecisionOverride.parse(rule));
    }
    return new Chosen(RewriteChooser.of(conversion.build(), List.of(weight)));
  }

  /** A weight {@code w}, bf16 {@code [3, columns]}. */
  private static StoredWeight plain(WeightId id, long columns) {
    Part data = new Part("m.safetensors", DType.BF16, Shape.of(3, columns), 0);
    return new StoredWeight.Plain(Weight.plain("w", id, Format.BF16, data));
  }

  /** A matrix {@code w} of 4 bits in GPTQ's layout, {@code [8, 64]} in groups of 32 columns. */
  private static StoredWeight packed(Grouping grouping) {
    return new StoredWeight.Packed(
        "w",
        Role.ATTENTION_Q.one(),
        Shape.of(8, 64),
        IntPacking.gptq(4, 1),
        new Part("m.safetensors", DType.I32, Shape.of(8, 8), 0),
        new Part("m.safetensors", DType.F16, Shape.of(2, 8), 256),
        Optional.of(new Part("m.safetensors", DType.I32, Shape.of(2, 1), 288)),
        grouping == Grouping.RUNS
            ? Optional.empty()
            : Optional.of(new Part("m.safetensors", DType.I32, Shape.of(64), 296)),
        32,
        grouping);
  }
}
