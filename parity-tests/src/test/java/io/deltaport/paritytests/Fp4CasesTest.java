package io.deltaport.paritytests;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.Converter;
import io.deltaport.directory.Progress;
import io.deltaport.evaluate.parity.Parity;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FP4 checkpoints in another precision: what their codes, scales and factors stand for. */
class Fp4CasesTest {
  private static final List<String> NAMES =
      List.of(
          "qwen35-nvfp4",
          "qwen35-moe-nvfp4",
          "qwen35-moe-nvfp4-stacked",
          "qwen35-modelopt-nvfp4",
          "qwen35-moe-modelopt-mixed",
          "qwen35-mxfp4",
          "qwen35-moe-mxfp4");

  @TempDir private Path directory;

  static Stream<String> cases() {
    return NAMES.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("widened at conversion they equal their reference")
  void float32(String name) {
    Path source = Fixtures.named(name);
    Path model = convert(source, Precision.F32);
    OwnCase.assertEqual(
        name, Parity.run(model, source.resolve(Parity.REFERENCE), ModelOptions.EXACT));
  }

  private Path convert(Path source, Precision precision) {
    Path model = directory.resolve("model");
    Conversion conversion =
        Conversion.of(source, model).precision(precision).with(Option.TAPS).build();
    Converter.convert(conversion, Progress.NONE);
    return model;
  }
}
