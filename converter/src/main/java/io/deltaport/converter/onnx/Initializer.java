package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Function;

/** A constant of a graph: its bytes inside the graph, or a range of a file beside it. */
public sealed interface Initializer {

  String name();

  ElementType type();

  List<Long> dims();

  /** What one of two functions makes of it, by where its bytes lie. */
  <R> R map(Function<Inline, R> inline, Function<External, R> external);

  /** A constant whose bytes lie in the graph, little-endian. For small tables only. */
  record Inline(String name, ElementType type, List<Long> dims, ByteBuffer data)
      implements Initializer {
    public Inline {
      dims = List.copyOf(dims);
      data = data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
      requireBytes(name, type, dims, data.remaining());
    }

    @Override
    public <R> R map(Function<Inline, R> inline, Function<External, R> external) {
      return inline.apply(this);
    }

    @Override
    public ByteBuffer data() {
      return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    public static Inline ofFloats(String name, List<Long> dims, List<Float> values) {
      ByteBuffer data =
          ByteBuffer.allocate(Math.multiplyExact(values.size(), 4)).order(ByteOrder.LITTLE_ENDIAN);
      values.forEach(data::putFloat);
      return new Inline(name, ElementType.FLOAT, dims, data.flip());
    }
  }

  /**
   * A constant whose bytes are {@code length} bytes from {@code offset} of the file {@code
   * location}, a plain file name relative to the graph's external folder.
   */
  record External(
      String name, ElementType type, List<Long> dims, String location, long offset, long length)
      implements Initializer {
    public External {
      dims = List.copyOf(dims);
      if (location.isEmpty()
          || location.contains("/")
          || location.contains("\\")
          || location.equals("..")) {
        throw new IllegalArgumentException(
            name + ": external location must be a plain file name, found " + location);
      }
      if (offset < 0) {
        throw new IllegalArgumentException(name + ": negative offset " + offset);
      }
      requireBytes(name, type, dims, length);
    }

    @Override
    public <R> R map(Function<Inline, R> inline, Function<External, R> external) {
      return external.apply(this);
    }
  }

  private static void requireBytes(String name, ElementType type, List<Long> dims, long found) {
    long expected = type.bytes(dims);
    if (expected != found) {
      throw new IllegalArgumentException(
          name + ": " + type + " " + dims + " is " + expected + " bytes, found " + found);
    }
  }
}
