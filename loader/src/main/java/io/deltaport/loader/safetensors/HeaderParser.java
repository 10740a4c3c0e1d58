package io.deltaport.loader.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the JSON header of one file, token by token, so that memory follows what is kept. */
final class HeaderParser {
  static final String METADATA = "__metadata__";
  private static final int MOST_AXES = 64;

  private final Shard shard;
  private final JsonParser json;
  private final TreeMap<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, String> metadata = new HashMap<>();

  private HeaderParser(Shard shard, JsonParser json) {
    this.shard = shard;
    this.json = json;
  }

  /** The tensors of a header; {@code text} begins with its opening brace. */
  static SafetensorsFile parse(Shard shard, Reader text) {
    try (JsonParser json = StrictJson.factory().createParser(text)) {
      HeaderParser parser = new HeaderParser(shard, json);
      parser.header();
      parser.requireNoGaps();
      return new SafetensorsFile(shard, parser.tensors, parser.metadata);
    } catch (IOException e) {
      throw StrictJson.malformed(shard.name() + ": header", e);
    }
  }

  private void header() throws IOException {
    json.nextToken();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      if (name.equals(METADATA)) {
        metadata();
      } else {
        tensors.put(name, tensor(name));
      }
    }
    JsonToken after = json.nextToken();
    if (after != null) {
      throw refused("header", "nothing after its closing brace", after.toString());
    }
  }

  private void metadata() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    require(METADATA, "", JsonToken.START_OBJECT, "an object of strings");
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      json.nextToken();
      require(METADATA, key, JsonToken.VALUE_STRING, "a string");
      metadata.put(key, json.getText());
    }
  }

  private Tensor tensor(String name) throws IOException {
    require(name, "", JsonToken.START_OBJECT, "an object");
    @Nullable DType dtype = null;
    @Nullable List<Long> shape = null;
    @Nullable List<Long> offsets = null;
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(name);
        case "shape" -> shape = longs(name, key, MOST_AXES);
        case "data_offsets" -> offsets = longs(name, key, 2);
        default -> json.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw refused(
          name,
          "dtype, shape and data_offsets",
          "no " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    return placed(name, dtype, shape, offsets);
  }

  private DType dtype(String name) throws IOException {
    require(name, "dtype", JsonToken.VALUE_STRING, "a string");
    String text = json.getText();
    return DType.of(text)
        .orElseThrow(() -> refused(name + ": dtype", "a safetensors type", "\"" + text + "\""));
  }

  private List<Long> longs(String name, String key, int most) throws IOException {
    require(name, key, JsonToken.START_ARRAY, "a list");
    List<Long> longs = new ArrayList<>(2);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (longs.size() == most) {
        throw refused(name + ": " + key, "at most " + most + " numbers", "more");
      }
      longs.add(size(name, key));
    }
    return longs;
  }

  private long size(String name, String key) throws IOException {
    boolean whole =
        json.currentToken() == JsonToken.VALUE_NUMBER_INT
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    if (!whole || json.getLongValue() < 0) {
      throw refused(name + ": " + key, "a whole number from 0 to 2^63 - 1", text());
    }
    return json.getLongValue();
  }

  private Tensor placed(String name, DType dtype, List<Long> dims, List<Long> offsets) {
    if (offsets.size() != 2) {
      throw refused(name + ": data_offsets", "two numbers", offsets.toString());
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    long data = shard.bytes() - shard.headerBytes();
    if (begin > end || end > data) {
      throw refused(
          name + ": data_offsets",
          "0 <= begin <= end <= " + data + ", the bytes of data in the file",
          "[" + begin + ", " + end + "]");
    }
    Shape shape = shape(name, dims);
    if (bytes(name, dtype, shape) != end - begin) {
      throw refused(
          name,
          bytes(name, dtype, shape) + " bytes for " + dtype + " " + shape,
          (end - begin) + " bytes at data_offsets [" + begin + ", " + end + "]");
    }
    return new Tensor(name, dtype, shape, shard, shard.headerBytes() + begin, end - begin);
  }

  private Shape shape(String name, List<Long> dims) {
    try {
      return new Shape(dims);
    } catch (ArithmeticException e) {
      throw refused(name + ": shape", "at most 2^63 - 1 elements", dims.toString());
    }
  }

  private long bytes(String name, DType dtype, Shape shape) {
    try {
      return dtype.bytes(shape.elements());
    } catch (ArithmeticException e) {
      throw refused(name, "a whole number of bytes below 2^60", dtype + " " + shape);
    }
  }

  private void requireNoGaps() {
    List<Tensor> ordered = new ArrayList<>(tensors.values());
    ordered.sort(Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::bytes));
    long at = shard.headerBytes();
    for (Tensor tensor : ordered) {
      if (tensor.offset() != at) {
        throw refused(
            tensor.name(),
            "to begin at byte " + at + ", where the tensor before it ends",
            "byte " + tensor.offset() + (tensor.offset() < at ? ", an overlap" : ", a gap"));
      }
      at += tensor.bytes();
    }
    if (at != shard.bytes()) {
      throw refused(
          "file", "to end at byte " + at + " with its last tensor", shard.bytes() + " bytes");
    }
  }

  private void require(String name, String key, JsonToken token, String expected)
      throws IOException {
    if (json.currentToken() != token) {
      throw refused(key.isEmpty() ? name : name + ": " + key, expected, text());
    }
  }

  private String text() throws IOException {
    return String.valueOf(json.getText());
  }

  private CheckpointException refused(String where, String expected, String found) {
    return CheckpointException.refused(shard.name() + ": " + where, expected, found);
  }
}
