package io.deltaport.runtime.session;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.deltaport.runtime.options.RunException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of changing shape in direct memory that is kept from run to run and grows as needed;
 * ONNX Runtime reads and writes it in place. Not thread-safe.
 */
public final class DirectTensor implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final String name;
  private final TensorType type;
  private final Handle handle = new Handle();
  private ByteBuffer memory = allocate(64);
  private Object place = new Object();
  private long[] shape = {};

  public DirectTensor(String name, TensorType type) {
    this.name = name;
    this.type = type;
    CLEANER.register(this, handle);
  }

  public String name() {
    return name;
  }

  /** Gives it a shape; the contents are undefined then unless the shape was the same. */
  public void shape(long... dims) {
    if (Arrays.equals(dims, shape)) {
      return;
    }
    long bytes = type.bytes();
    for (long dim : dims) {
      bytes = Math.multiplyExact(bytes, dim);
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "%s of shape %s takes %d bytes, more than the 2 GiB of one run; ask for fewer rows"
              .formatted(name, Arrays.toString(dims), bytes));
    }
    close();
    if (bytes > memory.capacity()) {
      memory = allocate((int) Math.min(Integer.MAX_VALUE, Math.max(bytes, 2L * memory.capacity())));
      place = new Object();
    }
    memory.limit((int) bytes);
    shape = dims;
  }

  public void set(int index, int value) {
    memory.putInt(index * Integer.BYTES, value);
  }

  public void set(int index, long value) {
    memory.putLong(index * Long.BYTES, value);
  }

  public void set(int index, float value) {
    memory.putFloat(index * Float.BYTES, value);
  }

  /** Size of one dimension. */
  public long dim(int axis) {
    return shape[axis];
  }

  /** The memory of its elements, shared. */
  public ByteBuffer elements() {
    return memory.slice(0, memory.limit()).order(ByteOrder.nativeOrder());
  }

  /** Another one whenever the memory is another. */
  Object place() {
    return place;
  }

  TensorType type() {
    return type;
  }

  List<Long> dims() {
    return Arrays.stream(shape).boxed().toList();
  }

  /** One of the same name, type and shape, with memory of its own. */
  DirectTensor alike() {
    DirectTensor other = new DirectTensor(name, type);
    other.shape(shape.clone());
    return other;
  }

  /** Takes the elements of a tensor of this one's shape. */
  void take(ByteBuffer from) {
    if (from.remaining() != memory.limit()) {
      throw new RunException(
          RunException.Reason.BACKEND,
          "%s: %d bytes expected, found %d".formatted(name, memory.limit(), from.remaining()));
    }
    memory.put(0, from, from.position(), from.remaining());
  }

  OnnxTensor onnx(OrtEnvironment environment) throws OrtException {
    OnnxTensor tensor = handle.tensor;
    if (tensor == null) {
      tensor = OnnxTensor.createTensor(environment, elements(), shape, type.onnx());
      handle.tensor = tensor;
    }
    return tensor;
  }

  /** Lets ONNX Runtime's handle go; the memory stays, and the handle comes back when needed. */
  @Override
  public void close() {
    handle.run();
  }

  /** ONNX Runtime's tensor over the memory; goes with its owner at the latest. */
  private static final class Handle implements Runnable {
    private @Nullable OnnxTensor tensor;

    @Override
    public void run() {
      if (tensor != null) {
        tensor.close();
        tensor = null;
      }
    }
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
