package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.converter.Conversion.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConverterTest {
  @TempDir Path temporary;

  @Test
  void kjvTinyIsConvertedWithoutCopyingAWeightByte() throws Exception {
    Path source = Fixtures.fixture("kjv-tiny");
    Path model = temporary.resolve("model");

    Converter.convert(Conversion.of(source, model).with(Option.TAPS).build(), Progress.NONE);

    String shard = "model-00001-of-00004.safetensors";
    assertEquals(
        Files.getAttribute(source.resolve(shard), "unix:ino"),
        Files.getAttribute(model.resolve(shard), "unix:ino"));
  }
}
