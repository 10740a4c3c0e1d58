package io.deltaport.runtime;

import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.nio.file.Path;

/** Tensors that transformers computed. */
final class Reference {
  private final SafetensorsFile file;

  Reference(Path file) {
    this.file = SafetensorsFile.read(file);
  }

  /** A table of integers {@code [rows, width]}. */
  long[][] longs(String name) {
    Tensor tensor = file.tensor(name);
    long[] values = TensorData.toLongs(tensor);
    int width = (int) tensor.shape().dim(1);
    long[][] rows = new long[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  /** A tensor of floats as rows of its last axis. */
  float[][] floats(String name) {
    Tensor tensor = file.tensor(name);
    float[] values = TensorData.toFloats(tensor);
    int width = (int) tensor.shape().dim(tensor.shape().rank() - 1);
    float[][] rows = new float[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }
}
