package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenBytesTest {
  @TempDir private Path temporary;

  @Test
  void everyTensorCountsInItsOwnFormat() {
    ModelDirectory directory = convert("kjv-tiny", Conversion.Precision.INT4);
    // A row of 128 int8 and two scales of float16; the head has 2,048 of them.
    long row = 128 + 2 * 2;
    // A block of 64 in int4 with a scale of float16: 34 bytes. Six linear layers, two of attention.
    long linear = (384 + 128) * 128;
    long attention = (512 + 128 + 128) * 128 + 128 * 256;
    long expert = 3 * 128 * 64;
    long shared = 8 * expert;
    // bf16: b and a, conv, decay, its norm; norms of heads; norms, router and gate; the last norm.
    long plain =
        6 * (8 * 128 + 256 * 4 + 4 + 4 + 32) + 2 * (64 + 64) + 8 * (2 + 16 + 1) * 128 + 128;
    long dense = 2049 * row + (6 * linear + 2 * attention + shared) / 64 * 34 + 2 * plain;
    assertEquals(
        new TokenBytes(dense, 8 * 4 * expert / 64 * 34, 8 * 16 * expert / 64 * 34),
        TokenBytes.of(directory));
  }

  @Test
  void anEmbeddingThatIsTheHeadIsReadWholeAndOneRowOfItAgain() {
    ModelDirectory directory = convert("chat-tiny", Conversion.Precision.KEEP);
    long table = 1344 * 192;
    long linear = (320 + 192 + 6 + 6 + 192) * 192 + 320 * 4 + 6 + 6 + 32;
    long attention = (512 + 128 + 128 + 256) * 192 + 64 + 64;
    long layer = 2 * 192 + 3 * 512 * 192;
    long parameters = table + 6 * linear + 2 * attention + 8 * layer + 192;
    assertEquals(new TokenBytes(2 * (parameters + 192), 0, 0), TokenBytes.of(directory));
  }

  private ModelDirectory convert(String fixture, Conversion.Precision precision) {
    Path model = temporary.resolve("model");
    Converter.convert(
        Conversion.of(Fixtures.fixture(fixture), model).precision(precision).build(),
        Progress.NONE);
    return ModelDirectory.open(model);
  }
}
