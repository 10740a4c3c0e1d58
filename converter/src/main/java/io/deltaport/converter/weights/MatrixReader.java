package io.deltaport.converter.weights;

import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds matrices in a checkpoint. The tensors that are there decide how one lies; what the config
 * says of its module gives the rest, such as the size of its groups.
 */
final class MatrixReader {
  private static final String QWEIGHT = ".qweight";

  private final CheckpointTensors tensors;
  private final MatrixStorage storage;

  MatrixReader(CheckpointTensors tensors, MatrixStorage storage) {
    this.tensors = tensors;
    this.storage = storage;
  }

  /** The matrices of a source; where something is wrong with them it is noted. */
  List<StoredWeight> read(MatrixSource source) {
    String packed = source.name() + MatrixSource.PACKED;
    boolean unpacked = tensors.has(source.name());
    if (!unpacked && tensors.find(packed).filter(t -> t.dtype() == DType.U8).isPresent()) {
      return Fp4Matrices.COMPRESSED_TENSORS.read(
          tensors, source, tensors.take(packed).orElseThrow());
    }
    boolean words =
        tensors.has(packed) || (source.single() && tensors.has(source.module() + QWEIGHT));
    if (!unpacked && words) {
      return integers(source);
    }
    return tensors
        .require(source.name(), source.wanted())
        .map(tensor -> floats(source, tensor))
        .orElse(List.of());
  }

  private List<StoredWeight> integers(MatrixSource source) {
    Optional<PackedNames> names = storage.packed(source, tensors);
    if (names.isEmpty()) {
      tensors.takeBeside(source);
      return List.of();
    }
    return names.get().read(tensors, source);
  }

  private List<StoredWeight> floats(MatrixSource source, Tensor tensor) {
    if (tensor.dtype() == DType.U8 && tensors.has(source.name() + "_scale")) {
      return Fp4Matrices.MODEL_OPT.read(tensors, source, tensor);
    }
    Optional<Format> format = Formats.of(tensor.dtype());
    if (format.isEmpty()) {
      tensors.report(tensor, "F32, BF16, F16 or F8_E4M3", tensor.dtype().name());
      return List.of();
    }
    if (!tensors.requireShape(tensor, source.shape())) {
      return List.of();
    }
    return format.get() == Format.FP8
        ? storage.fp8(source).read(tensors, source, tensor)
        : plain(source, tensor, format.get());
  }

  private static List<StoredWeight> plain(MatrixSource source, Tensor tensor, Format format) {
    Shape matrix = source.matrix();
    List<StoredWeight> weights = new ArrayList<>();
    for (int i = 0; i < source.targets().size(); i++) {
      NamedWeight target = source.targets().get(i);
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      weights.add(new StoredWeight.Plain(Weight.plain(target.name(), target.id(), format, data)));
    }
    return weights;
  }
}
