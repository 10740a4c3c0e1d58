package io.deltaport.loader.config;

import static io.deltaport.loader.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.loader.config.ModulePatterns.Dialect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModulePatternsTest {
  private static ModulePatterns patterns(String pattern, Dialect dialect) {
    return new ModulePatterns(List.of(pattern), dialect);
  }

  /** The cases of transformers' {@code should_convert_module}, whose answer is the opposite. */
  @ParameterizedTest
  @CsvSource({
    "layer.1, layer.1.attn, true",
    "layer.1, layer.11.attn, false",
    "layer.1, layer.1, true",
    "layer.*, layer.11.attn, true",
    "mlp.gate, mlp.gate_proj, false",
    "fc1, model.decoder.layers.23.fc1, true",
    "fc1, model.fc1.x, false",
    "lm_head, lm_head, true",
    "a|b, b.c, true",
    "model.layers.0., model.layers.0.mlp, true"
  })
  void asTransformers(String pattern, String module, boolean matches) {
    assertEquals(matches, patterns(pattern, Dialect.TRANSFORMERS).matches(module));
  }

  @ParameterizedTest
  @CsvSource({
    "lm_head, lm_head, true",
    "lm_head, model.lm_head, false",
    "re:.*gate$, model.layers.0.mlp.gate, true",
    "re:.*gate$, model.layers.0.mlp.gate_proj, false",
    "re:gate, model.gate, false",
    ".*gate$, model.gate, false"
  })
  void asCompressedTensors(String pattern, String module, boolean matches) {
    assertEquals(matches, patterns(pattern, Dialect.COMPRESSED_TENSORS).matches(module));
  }

  @Test
  void anExpressionThatBacktracksForEverEnds() {
    ModulePatterns patterns = patterns("(a+)+\\1b", Dialect.TRANSFORMERS);
    assertRefused(() -> patterns.matches("a".repeat(60)), "patterns of modules", "steps");
  }

  @Test
  void aHugeCountIsRefused() {
    assertRefused(
        () -> patterns("((?:){2000000000}){2000000000}", Dialect.TRANSFORMERS),
        "a short regular expression");
  }

  @Test
  void aModuleNameWithoutEnd() {
    ModulePatterns patterns = patterns("(a|b)*c", Dialect.TRANSFORMERS);
    assertRefused(() -> patterns.matches("a".repeat(100_000)), "a module name of at most 512");
  }

  @Test
  void anExpressionThatRecursesWithoutEndIsRefused() {
    String nested = "(".repeat(160) + "a|b" + ")*".repeat(160) + "c";
    ModulePatterns patterns = patterns(nested, Dialect.TRANSFORMERS);
    assertRefused(() -> patterns.matches("a".repeat(512)), "patterns of modules", "depth");
  }

  @Test
  void anExpressionOfDeepNestingIsRefused() {
    String nested = "(".repeat(100_000) + ")".repeat(100_000);
    assertRefused(() -> patterns(nested, Dialect.TRANSFORMERS), "a short regular expression");
  }
}
