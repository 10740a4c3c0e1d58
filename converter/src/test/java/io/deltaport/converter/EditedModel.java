package io.deltaport.converter;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.directory.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Edits a model directory as somebody who also knows how to repair its checksums. */
final class EditedModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  EditedModel(Path directory) {
    this.directory = directory;
  }

  /** Edits the graph and gives its manifest entry the new checksums. */
  void graph(Consumer<ModelProto.Builder> edit) throws IOException {
    Path file = directory.resolve("model.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    edit.accept(model);
    Files.write(file, model.build().toByteArray());
    ObjectNode entry = JSON.valueToTree(FileEntries.small(directory, "model.onnx"));
    manifest(
        json ->
            json.withArray("files")
                .forEach(
                    node -> {
                      if (node.path("name").asText().equals("model.onnx")) {
                        ObjectNode known = (ObjectNode) node;
                        known.set("bytes", entry.get("bytes"));
                        known.set("pages_sha256", entry.get("pagesSha256"));
                        known.set("sha256", entry.get("sha256"));
                      }
                    }));
  }

  /** Edits the manifest. */
  void manifest(Consumer<ObjectNode> edit) throws IOException {
    Path file = directory.resolve(Manifest.NAME);
    ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(file));
    edit.accept(json);
    Files.writeString(file, JSON.writeValueAsString(json));
  }
}
