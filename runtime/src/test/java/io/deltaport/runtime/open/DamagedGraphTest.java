package io.deltaport.runtime.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.deltaport.converter.Conversion;
import io.deltaport.converter.Converter;
import io.deltaport.directory.Checksums;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that the kernels refuse, its checksums mended, opens nowhere. */
class DamagedGraphTest {
  private final List<String> notes = new ArrayList<>();
  private final Progress told =
      new Progress() {
        @Override
        public void stage(String name, long bytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  @Test
  void itIsNotReadAsNoGpu(@TempDir Path temp) throws IOException {
    Path model = temp.resolve("model");
    Converter.convert(
        Conversion.of(Path.of("..", "fixtures", "cases", "official"), model).build(),
        Progress.NONE);
    ModelOptions options = ModelOptions.EXACT.with(Device.AUTO);
    Model.open(model, options, told).close();
    notes.clear();

    damage(model);

    RunException e = assertThrows(RunException.class, () -> Model.open(model, options, told));
    assertEquals(RunException.Reason.MODEL, e.reason());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("model.onnx: does not open"), message);
    assertTrue(message.contains("epsilon: expected a number from 0, found -1"), message);
    assertEquals(List.of(), notes);
  }

  private static void damage(Path model) throws IOException {
    Path graph = model.resolve(ModelDirectory.MODEL);
    ModelProto.Builder proto = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
    List<String> before = sums(graph);
    proto.getGraphBuilder().getNodeBuilderList().stream()
        .flatMap(node -> node.getAttributeBuilderList().stream())
        .filter(attribute -> attribute.getName().equals("epsilon"))
        .forEach(attribute -> attribute.setF(-1));
    Files.write(graph, proto.build().toByteArray());
    List<String> after = sums(graph);
    Path manifest = model.resolve(Manifest.NAME);
    String text = Files.readString(manifest);
    for (int i = 0; i < before.size(); i++) {
      text = text.replace(before.get(i), after.get(i));
    }
    Files.writeString(manifest, text);
  }

  private static List<String> sums(Path file) {
    try (Checksums sums = Checksums.of(file)) {
      return List.of(sums.pages(), sums.whole(bytes -> {}));
    }
  }
}
