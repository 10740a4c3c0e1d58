package io.deltaport.loader.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where everything of a file to be written will lie.
 *
 * @param header the JSON, padded with spaces
 * @param places tensors in file order, fillers included, with offsets from the file's first byte
 */
record SafetensorsLayout(String header, List<Tensor> places) {
  /** Begins the name of a tensor that only moves the next one to an aligned offset. */
  static final String FILLER = "__align__.";

  private record Slot(TensorSpec spec, long begin) {}

  SafetensorsLayout {
    places = List.copyOf(places);
  }

  /** Lays tensors out in their order, each at a multiple of {@code alignment} bytes. */
  static SafetensorsLayout of(
      Path path, List<TensorSpec> specs, Map<String, String> metadata, int alignment) {
    requireNames(path, specs);
    List<Slot> slots = slots(specs, alignment);
    String header = header(slots, metadata, Math.max(8, alignment));
    long data = 8L + header.getBytes(StandardCharsets.UTF_8).length;
    if (data - 8 > SafetensorsReader.LONGEST_HEADER) {
      throw refused(path, "a header of at most 100,000,000 bytes", data - 8 + " bytes");
    }
    Slot last = slots.isEmpty() ? null : slots.get(slots.size() - 1);
    long size = last == null ? data : data + last.begin() + last.spec().bytes();
    Shard shard = new Shard(path, String.valueOf(path.getFileName()), size, data);
    return new SafetensorsLayout(header, slots.stream().map(slot -> place(slot, shard)).toList());
  }

  /** The same header, and no place to fill. */
  SafetensorsLayout withoutData() {
    return new SafetensorsLayout(header, List.of());
  }

  /** Size of the file. */
  long bytes() {
    Tensor last = places.isEmpty() ? null : places.get(places.size() - 1);
    return last == null
        ? 8L + header.getBytes(StandardCharsets.UTF_8).length
        : last.offset() + last.bytes();
  }

  private static List<Slot> slots(List<TensorSpec> specs, int alignment) {
    List<Slot> slots = new ArrayList<>();
    long at = 0;
    for (TensorSpec spec : specs) {
      long gap = Math.floorMod(-at, (long) alignment);
      if (gap > 0) {
        slots.add(new Slot(new TensorSpec(FILLER + slots.size(), DType.U8, Shape.of(gap)), at));
        at += gap;
      }
      slots.add(new Slot(spec, at));
      at = Math.addExact(at, spec.bytes());
    }
    return slots;
  }

  private static String header(List<Slot> slots, Map<String, String> metadata, int alignment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = StrictJson.factory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(HeaderParser.METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Slot slot : slots) {
        write(json, slot);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    int padding = Math.floorMod(-(8 + bytes.size()), alignment);
    return bytes.toString(StandardCharsets.UTF_8) + " ".repeat(padding);
  }

  private static void write(JsonGenerator json, Slot slot) throws IOException {
    json.writeObjectFieldStart(slot.spec().name());
    json.writeStringField("dtype", slot.spec().dtype().name());
    json.writeArrayFieldStart("shape");
    for (long dim : slot.spec().shape().dims()) {
      json.writeNumber(dim);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(slot.begin());
    json.writeNumber(slot.begin() + slot.spec().bytes());
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Tensor place(Slot slot, Shard shard) {
    TensorSpec spec = slot.spec();
    return new Tensor(
        spec.name(),
        spec.dtype(),
        spec.shape(),
        shard,
        shard.headerBytes() + slot.begin(),
        spec.bytes());
  }

  private static void requireNames(Path path, List<TensorSpec> specs) {
    Set<String> names = new HashSet<>();
    for (TensorSpec spec : specs) {
      if (spec.name().startsWith(FILLER) || spec.name().equals(HeaderParser.METADATA)) {
        throw refused(path, "a name that the format leaves free", spec.name());
      }
      if (!names.add(spec.name())) {
        throw refused(path, "one tensor of a name", "two of " + spec.name());
      }
    }
  }

  private static CheckpointException refused(Path path, String expected, String found) {
    return CheckpointException.refused(String.valueOf(path.getFileName()), expected, found);
  }
}
