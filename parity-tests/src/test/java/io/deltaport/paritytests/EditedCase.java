package io.deltaport.paritytests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/** A copy of a case, to be made wrong. */
final class EditedCase {
  private final Path directory;

  private EditedCase(Path directory) {
    this.directory = directory;
  }

  static EditedCase copyOf(Path source, Path directory) {
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
      return new EditedCase(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return directory;
  }

  EditedCase config(Consumer<ObjectNode> edit) {
    Path file = directory.resolve("config.json");
    ObjectNode config = StrictJson.object(file);
    edit.accept(config);
    try {
      Files.writeString(file, config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * In every tensor whose name ends so, row {@code i} becomes what row {@code from(i)} was; a row
   * is what the last axis holds.
   */
  EditedCase permuteRows(String suffix, IntUnaryOperator from) {
    for (Tensor tensor : tensors(suffix)) {
      try (RandomAccessFile file = new RandomAccessFile(tensor.shard().path().toFile(), "rw")) {
        byte[] old = new byte[Math.toIntExact(tensor.bytes())];
        file.seek(tensor.offset());
        file.readFully(old);
        long columns = tensor.shape().dim(tensor.shape().rank() - 1);
        int rows = Math.toIntExact(tensor.shape().elements() / columns);
        int width = old.length / rows;
        file.seek(tensor.offset());
        for (int row = 0; row < rows; row++) {
          file.write(old, from.applyAsInt(row) * width, width);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return this;
  }

  private List<Tensor> tensors(String suffix) {
    List<Tensor> found =
        SafetensorsFile.read(directory.resolve("model.safetensors")).tensors().values().stream()
            .filter(tensor -> tensor.name().endsWith(suffix))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no tensor ends in " + suffix);
    }
    return found;
  }
}
