package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrecisionOverrideTest {
  private static final Path KJV = Fixtures.fixture("kjv-tiny");

  @TempDir Path temporary;

  @Test
  void aRuleIsBeforeThePrecisionAndStated() {
    List<Manifest.Precision> rules =
        convert(
            KJV,
            Precision.INT4,
            "model.layers.0.*.down_proj.weight=int8:32",
            "*.linear_attn.out_proj.weight=keep",
            "lm_head.weight=bf16");
    assertEquals("int8", format(rules, "model.layers.0.mlp.experts.7.down_proj.weight"));
    assertEquals("int4", format(rules, "model.layers.1.mlp.experts.7.down_proj.weight"));
    assertEquals("bf16", format(rules, "model.layers.*.linear_attn.out_proj.weight"));
    assertEquals("bf16", format(rules, "lm_head.weight"));
  }

  @Test
  void theLastOfTwoRulesCounts() {
    List<Manifest.Precision> rules =
        convert(KJV, Precision.INT8, "*.q_proj.weight=int4", "*.q_proj.weight=int8:128");
    Manifest.Precision rule = rule(rules, "model.layers.*.self_attn.q_proj.weight");
    assertEquals("int8", rule.format());
    assertEquals(List.of(1L, 128L), rule.block());
  }

  @Test
  void aRuleThatSplitsTheExpertsOfAProjectionIsRefused() {
    String message = refusal("model.layers.*.mlp.experts.3.up_proj.weight=int8");
    assertTrue(
        message.contains("all 16 experts' EXPERT_UP of layer 0, or none, found 1 of them"),
        message);
  }

  @Test
  void aRuleThatMatchesNothingIsRefused() {
    assertTrue(refusal("model.layer.*=int8").contains("a pattern that matches a weight"));
  }

  @Test
  void scalesForWhatIsNoMatrixAreRefused() {
    assertTrue(refusal("*.mlp.gate.weight=int8").contains("model.layers.0.mlp.gate.weight"));
    assertTrue(refusal("model.norm.weight=int4").contains("model.norm.weight"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "x=", "x=int5", "x=mixed", "x=int8:48", "x=bf16:32", "=int8", "x=int4:"})
  void textThatIsNoRuleIsRefused(String text) {
    assertThrows(ConverterException.class, () -> PrecisionOverride.parse(text));
  }

  @Test
  void aStarStandsForAnyCharactersAndAPointForItself() {
    assertTrue(PrecisionOverride.parse("a.*.c=keep").matches("a.b.1.c"));
    assertFalse(PrecisionOverride.parse("a.c=keep").matches("abc"));
  }

  @Test
  void widthsThatNoBlockDividesAreStated() {
    Path odd = Fixtures.fixture("cases").resolve("odd");
    List<String> notes =
        Converter.plan(Conversion.of(odd, temporary.resolve("m")).precision(Precision.INT4).build())
            .notes();
    assertTrue(
        notes.stream().anyMatch(note -> note.contains("blocks of 32 instead of 64")),
        notes.toString());
    assertTrue(
        notes.stream().anyMatch(note -> note.endsWith("the last of a row shorter")),
        notes.toString());
  }

  private String refusal(String rule) {
    return String.valueOf(
        assertThrows(ConverterException.class, () -> convert(KJV, Precision.INT4, rule))
            .getMessage());
  }

  private List<Manifest.Precision> convert(Path source, Precision precision, String... rules) {
    Path model = temporary.resolve("model");
    Conversion.Builder conversion = Conversion.of(source, model).precision(precision);
    for (String rule : rules) {
      conversion.override(PrecisionOverride.parse(rule));
    }
    Converter.convert(conversion.build(), Progress.NONE);
    return ModelDirectory.open(model).manifest().precision();
  }

  private static String format(List<Manifest.Precision> rules, String pattern) {
    return rule(rules, pattern).format().toLowerCase(Locale.ROOT);
  }

  private static Manifest.Precision rule(List<Manifest.Precision> rules, String pattern) {
    return rules.stream()
        .filter(rule -> rule.pattern().equals(pattern))
        .findFirst()
        .orElseThrow(() -> new AssertionError(pattern + " in " + rules));
  }
}
