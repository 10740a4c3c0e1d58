package io.deltaport.evaluate.parity;

import io.deltaport.loader.Problem;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tensors of a reference file that nobody has asked for yet: whoever reads one takes it, and
 * what is left is reported as not compared.
 */
final class ReferenceTensors {
  /** Beside a tensor: how far official float32 is from it. */
  private static final String ERROR = ".error";

  private final SortedMap<String, Tensor> left;
  private final Map<String, Double> errors = new HashMap<>();

  private ReferenceTensors(SortedMap<String, Tensor> left) {
    this.left = left;
  }

  static ReferenceTensors open(Path file) {
    return new ReferenceTensors(new TreeMap<>(SafetensorsFile.read(file).tensors()));
  }

  /** The tensor of that name, and takes it. */
  Optional<Tensor> take(String name) {
    return Optional.ofNullable(left.remove(name));
  }

  /** A table of token ids or a mask. */
  Optional<TokenTable> tokens(String name) {
    return take(name).map(TokenTable::read);
  }

  /** An F32 tensor whose axes are these, -1 for one of any length above 0; takes its error too. */
  Optional<Tensor> floats(String name, long... axes) {
    Optional<Tensor> tensor = take(name);
    tensor.ifPresent(t -> require(t, DType.F32, axes));
    tensor.flatMap(t -> take(name + ERROR)).ifPresent(error -> errors.put(name, error(error)));
    return tensor;
  }

  /** The errors of the tensors that were taken, by the names of these. */
  Map<String, Double> errors() {
    return errors;
  }

  /** An F32 tensor that has one of two numbers of axes. */
  Optional<Tensor> floatsOfRank(String name, long[] axes, long[] fewer) {
    Tensor tensor = left.get(name);
    boolean pooled = tensor != null && tensor.shape().rank() == fewer.length;
    return floats(name, pooled ? fewer : axes);
  }

  /** An I64 tensor of one axis of that length. */
  Optional<Tensor> integers(String name, long length) {
    Optional<Tensor> tensor = take(name);
    tensor.ifPresent(t -> require(t, DType.I64, length));
    return tensor;
  }

  /** A finite F32 scalar. */
  Optional<Double> scalar(String name) {
    return floats(name).map(tensor -> finite(tensor, TensorData.toFloats(tensor)[0]));
  }

  /** Whether a name that begins so is left. */
  boolean any(String prefix) {
    return !left.tailMap(prefix).isEmpty() && left.tailMap(prefix).firstKey().startsWith(prefix);
  }

  /** The tensors whose names go on with a number, in the order of these. */
  List<Tensor> numbered(String prefix, long... axes) {
    List<Tensor> found = new ArrayList<>();
    for (String name : List.copyOf(left.keySet())) {
      if (name.startsWith(prefix) && name.substring(prefix.length()).matches("0|[1-9]\\d{0,5}")) {
        floats(name, axes).ifPresent(found::add);
      }
    }
    found.sort(Comparator.comparingInt(t -> Integer.parseInt(t.name().substring(prefix.length()))));
    return found;
  }

  /** Names of what nobody has taken. */
  List<String> names() {
    return List.copyOf(left.keySet());
  }

  private static void require(Tensor tensor, DType dtype, long... axes) {
    Shape shape = tensor.shape();
    boolean fits = tensor.dtype() == dtype && shape.rank() == axes.length;
    for (int axis = 0; fits && axis < axes.length; axis++) {
      fits = axes[axis] < 0 ? shape.dim(axis) > 0 : shape.dim(axis) == axes[axis];
    }
    if (!fits) {
      throw refused(tensor, dtype + " " + described(axes), tensor.dtype() + " " + shape);
    }
  }

  private static String described(long... axes) {
    return Arrays.stream(axes)
        .mapToObj(axis -> axis < 0 ? "at least 1" : String.valueOf(axis))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static double error(Tensor tensor) {
    require(tensor, DType.F32);
    double error = finite(tensor, TensorData.toFloats(tensor)[0]);
    if (error < 0) {
      throw refused(tensor, "at least 0", String.valueOf(error));
    }
    return error;
  }

  private static double finite(Tensor tensor, float value) {
    if (!Float.isFinite(value)) {
      throw refused(tensor, "a finite number", String.valueOf(value));
    }
    return value;
  }

  static RunException refused(Tensor tensor, String expected, String found) {
    return refused(tensor.shard().name() + ": " + tensor.name(), expected, found);
  }

  static RunException refused(String where, String expected, String found) {
    return new RunException(
        RunException.Reason.ARGUMENT, new Problem(where, expected, found).toString());
  }
}
