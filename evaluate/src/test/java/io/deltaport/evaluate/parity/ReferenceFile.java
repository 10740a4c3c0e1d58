package io.deltaport.evaluate.parity;

import io.deltaport.loader.safetensors.SafetensorsWriter;
import io.deltaport.loader.safetensors.TensorSpec;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes reference files for tests, right ones to be made wrong. */
final class ReferenceFile {
  private final Map<String, TensorSpec> specs = new LinkedHashMap<>();
  private final Map<String, ByteBuffer> values = new LinkedHashMap<>();

  /** A prompt of two rows, four columns; the second row is left-padded. */
  static ReferenceFile prompt() {
    return new ReferenceFile()
        .longs("prefill.input_ids", Shape.of(2, 4), 1, 2, 3, 4, 0, 5, 6, 7)
        .longs("prefill.attention_mask", Shape.of(2, 4), 1, 1, 1, 1, 0, 1, 1, 1)
        .floats("prefill.logits", Shape.of(2, 4, 3), new float[24]);
  }

  /** A prompt and two steps, the second after a reorder. */
  static ReferenceFile steps() {
    return prompt()
        .longs("decode.0.input_ids", Shape.of(2, 1), 1, 2)
        .longs("decode.0.attention_mask", Shape.of(2, 5), 1, 1, 1, 1, 1, 0, 1, 1, 1, 1)
        .floats("decode.0.logits", Shape.of(2, 1, 3), new float[6])
        .longs("decode.1.beam_idx", Shape.of(2), 1, 0)
        .longs("decode.1.input_ids", Shape.of(2, 1), 1, 2)
        .longs("decode.1.attention_mask", Shape.of(2, 6), 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0)
        .floats("decode.1.logits", Shape.of(2, 1, 3), new float[6]);
  }

  ReferenceFile longs(String name, Shape shape, long... longs) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * longs.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : longs) {
      bytes.putLong(value);
    }
    return put(new TensorSpec(name, DType.I64, shape), bytes.flip());
  }

  ReferenceFile floats(String name, Shape shape, float... floats) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : floats) {
      bytes.putFloat(value);
    }
    return put(new TensorSpec(name, DType.F32, shape), bytes.flip());
  }

  ReferenceFile without(String name) {
    specs.remove(name);
    values.remove(name);
    return this;
  }

  private ReferenceFile put(TensorSpec spec, ByteBuffer bytes) {
    specs.put(spec.name(), spec);
    values.put(spec.name(), bytes);
    return this;
  }

  Path write(Path file) {
    List<TensorSpec> all = new ArrayList<>(specs.values());
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, all, Map.of())) {
      values.values().forEach(bytes -> writer.write(bytes.duplicate()));
    }
    return file;
  }
}
