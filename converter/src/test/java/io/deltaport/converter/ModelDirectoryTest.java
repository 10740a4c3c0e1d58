package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.ModelDirectory.Depth;
import io.deltaport.directory.ModelDirectory.Verification;
import io.deltaport.directory.ModelInfo;
import io.deltaport.directory.Progress;
import io.deltaport.loader.CheckpointException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test a fault of a model directory. */
class ModelDirectoryTest {
  private static final String SHARD = "model-00002-of-00004.safetensors";

  @TempDir Path temporary;
  private Path model;
  private EditedModel edited;

  @BeforeEach
  void convert() {
    model = temporary.resolve("model");
    Conversion conversion =
        Conversion.of(Fixtures.fixture("kjv-tiny"), model)
            .weights(Conversion.WeightsMode.COPY)
            .build();
    Converter.convert(conversion, Progress.NONE);
    edited = new EditedModel(model);
  }

  @Test
  void anUntouchedDirectoryOpens() {
    ModelDirectory directory = ModelDirectory.open(model);
    assertEquals(8, directory.manifest().state().layers().size());
    assertEquals(2048, directory.manifest().model().vocabSize());
    assertEquals(
        new ModelInfo.Experts(List.of(0, 1, 2, 3, 4, 5, 6, 7), 16, 4),
        directory.manifest().model().experts());
    assertTrue(ModelDirectory.is(model));
  }

  @Test
  void aGraphThatTheManifestDoesNotListIsNotOpened() throws Exception {
    Files.writeString(model.resolve(ModelDirectory.MTP), "unchecked");
    Files.writeString(model.resolve(ModelDirectory.layer(0)), "unchecked");
    ModelDirectory directory = ModelDirectory.open(model);
    assertTrue(directory.mtpGraph().isEmpty());
    assertTrue(directory.layerGraph(0).isEmpty());
  }

  @Test
  void verifyNamesFilesWithoutAWholeHash() {
    Verification verification = ModelDirectory.verify(model, Depth.FULL, n -> {});
    assertEquals(0, verification.problems().size());
    assertEquals(3, verification.unhashed().size());
  }

  @Test
  void aShorterShardIsRefused() throws Exception {
    try (RandomAccessFile shard = new RandomAccessFile(model.resolve(SHARD).toFile(), "rw")) {
      shard.setLength(shard.length() - 1);
    }
    assertRefused(SHARD + ": expected 4023816 bytes as converted, found 4023815 bytes");
  }

  @Test
  void aMissingShardIsRefused() throws Exception {
    Files.delete(model.resolve(SHARD));
    assertRefused(SHARD + ": expected a file in");
  }

  @Test
  void anotherHeaderIsRefused() throws Exception {
    flip(SHARD, 100);
    assertRefused(SHARD + ": expected the header that was converted");
  }

  @Test
  void otherBytesInASampledPageAreRefused() throws Exception {
    flip(SHARD, 4_023_815);
    assertRefused(SHARD + ": expected the bytes that were converted");
  }

  @Test
  void aSymlinkOutOfTheDirectoryIsRefused() throws Exception {
    Path outside = temporary.resolve("outside");
    Files.move(model.resolve(SHARD), outside);
    Files.createSymbolicLink(model.resolve(SHARD), outside);
    assertRefused(SHARD + ": expected a file inside");
  }

  @Test
  void anEditedGraphIsRefused() throws Exception {
    flip("model.onnx", 5000);
    assertRefused("model.onnx: expected the bytes that were converted");
  }

  @Test
  void productsSensitiveToRoundedInputsAreExact() throws Exception {
    List<String> exact = new ArrayList<>();
    edited.graph(
        m ->
            m.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("Linear"))
                .filter(
                    node ->
                        node.getAttributeList().stream()
                            .anyMatch(a -> a.getName().equals("exact") && a.getI() == 1))
                .forEach(node -> exact.add(node.getName())));
    assertTrue(exact.contains("model.layers.0.linear_attn.in_proj_ba"), exact.toString());
    assertTrue(exact.contains("model.layers.0.linear_attn.out_proj"), exact.toString());
    assertTrue(exact.stream().allMatch(name -> name.matches(".*[.](in_proj_ba|out_proj)")));
  }

  @Test
  void aForeignOpIsRefused() throws Exception {
    edited.graph(
        m ->
            m.getGraphBuilder().addNode(NodeProto.newBuilder().setName("x").setOpType("Identity")));
    assertRefused("model.onnx: node x: expected an op of domain ai.deltaport, found :Identity");
  }

  @Test
  void aForeignOpsetIsRefused() throws Exception {
    edited.graph(m -> m.addOpsetImportBuilder().setDomain("com.evil").setVersion(1));
    assertRefused("opset: expected domain ai.deltaport, found com.evil");
  }

  @Test
  void aFunctionIsRefused() throws Exception {
    edited.graph(m -> m.addFunctionsBuilder().setName("f"));
    assertRefused("functions: expected none, found 1");
  }

  @Test
  void aSubgraphIsRefused() throws Exception {
    AttributeProto body =
        AttributeProto.newBuilder()
            .setName("body")
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(GraphProto.getDefaultInstance())
            .build();
    edited.graph(m -> m.getGraphBuilder().getNodeBuilder(0).addAttribute(body));
    assertRefused(
        "node model.embed_tokens: expected attributes of GatherRows, each once, found body");
  }

  @Test
  void anExternalPathThatTheManifestDoesNotListIsRefused() throws Exception {
    external("lm_head.weight", "location", "../../etc/passwd");
    assertRefused(
        "lm_head.weight: expected a weight file that deltaport.json lists, found ../../etc/passwd");
  }

  @Test
  void anExternalPathToAFileThatIsNoWeightFileIsRefused() throws Exception {
    external("lm_head.weight", "location", "tokenizer.json");
    assertRefused("lm_head.weight: expected a weight file that deltaport.json lists");
  }

  @Test
  void anExternalOffsetBeyondTheFileIsRefused() throws Exception {
    external("lm_head.weight", "offset", "9000000000");
    assertRefused("lm_head.weight: expected offset and length within the 3997376 bytes of");
  }

  @Test
  void anExternalRangeThatOverflowsIsRefused() throws Exception {
    external("lm_head.weight", "length", Long.toString(Long.MAX_VALUE));
    assertRefused("lm_head.weight: expected offset and length within");
  }

  @Test
  void anExternalOffsetThatIsNoNumberIsRefused() throws Exception {
    external("lm_head.weight", "offset", "1e3");
    assertRefused("lm_head.weight: expected offset and length within");
  }

  @Test
  void anExpertOffsetBeyondItsShardIsRefused() throws Exception {
    table(entries -> entries.putLong(8, 3_997_376L - 100));
    assertRefused(
        "node model.layers.0.mlp: experts: expected part 0 of projection 0 of expert 0 within its file");
  }

  @Test
  void aNegativeExpertOffsetIsRefused() throws Exception {
    table(entries -> entries.putLong(8, -5));
    assertRefused("part 0 of projection 0 of expert 0 within its file, found shard 0, offset -5");
  }

  @Test
  void anExpertShardThatTheOpDoesNotHaveIsRefused() throws Exception {
    table(entries -> entries.putLong(0, 7));
    assertRefused("part 0 of projection 0 of expert 0 within its file, found shard 7");
  }

  @Test
  void anAbsentExpertIsRefused() throws Exception {
    table(entries -> entries.putLong(0, -1).putLong(8, -1));
    assertRefused("part 0 of projection 0 of expert 0 within its file, found shard -1, offset -1");
  }

  @Test
  void anExpertTableOfAnotherShapeIsRefused() throws Exception {
    tensor("model.layers.0.mlp.experts", tensor -> tensor.setDims(0, 1L << 60).clearRawData());
    assertRefused("node model.layers.0.mlp: experts: expected a table [17, 3, 3, 2] in the graph");
  }

  @Test
  void expertSizesThatOverflowAreRefused() throws Exception {
    attribute("intermediate", attribute -> attribute.setI(Long.MAX_VALUE));
    assertRefused("node model.layers.0.mlp: experts: expected sizes below 2^63");
  }

  @Test
  void aGraphThatIsNoProtobufIsRefused() throws Exception {
    edited.graph(m -> {});
    Files.writeString(model.resolve("model.onnx"), "no graph at all");
    assertRefused("model.onnx: expected");
  }

  @Test
  void anotherManifestFormatIsRefused() throws Exception {
    edited.manifest(json -> json.put("format", 1));
    assertRefused(
        "deltaport.json: format: expected "
            + Manifest.FORMAT
            + ", found 1: convert the checkpoint again");
  }

  @Test
  void anUnknownManifestKeyIsRefused() throws Exception {
    edited.manifest(json -> json.put("extra", 1));
    assertRefused("deltaport.json: extra");
  }

  @Test
  void aMissingManifestKeyIsRefused() throws Exception {
    edited.manifest(json -> json.remove("taps"));
    assertRefused("deltaport.json: taps");
  }

  @Test
  void aManifestNameThatIsAPathIsRefused() throws Exception {
    edited.manifest(json -> ((ObjectNode) json.withArray("files").get(0)).put("name", "../model"));
    assertRefused("deltaport.json: files: name: expected a plain file name, found ../model");
  }

  @Test
  void aRelativeReferenceFolderIsRefused() throws Exception {
    edited.manifest(json -> json.put("weights", "reference").put("folder", "../elsewhere"));
    assertRefused("deltaport.json: folder: expected an absolute path, found ../elsewhere");
  }

  @Test
  void stateSizesThatAreNotPositiveAreRefused() throws Exception {
    edited.manifest(json -> ((ObjectNode) json.at("/state/layers/0")).put("kernel", 0));
    assertRefused("deltaport.json: state: layer 0: expected positive sizes, found 0");
  }

  @Test
  void stateThatNoMemoryHoldsIsRefused() throws Exception {
    edited.manifest(
        json ->
            ((ObjectNode) json.at("/state/layers/0"))
                .put("v_heads", Integer.MAX_VALUE)
                .put("k_dim", Integer.MAX_VALUE));
    assertRefused("deltaport.json: state: layer 0: expected at most 2^40 values");
  }

  @Test
  void aManifestThatIsNoJsonIsRefused() throws Exception {
    Files.writeString(model.resolve("deltaport.json"), "{");
    assertRefused("deltaport.json: expected JSON");
  }

  @Test
  void editedTokenizersOpenButDoNotVerify() throws Exception {
    flip("tokenizer.json", 50);
    ModelDirectory.open(model);
    assertTrue(
        ModelDirectory.verify(model, Depth.PAGES, n -> {})
            .problems()
            .get(0)
            .toString()
            .startsWith("tokenizer.json:"));
  }

  private void flip(String file, long at) throws Exception {
    try (RandomAccessFile bytes = new RandomAccessFile(model.resolve(file).toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1);
    }
  }

  private void tensor(String name, Consumer<TensorProto.Builder> edit) throws Exception {
    edited.graph(
        m ->
            m.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getName().equals(name))
                .forEach(edit));
  }

  private void external(String name, String key, String value) throws Exception {
    tensor(
        name,
        tensor ->
            tensor.getExternalDataBuilderList().stream()
                .filter(entry -> entry.getKey().equals(key))
                .forEach(entry -> entry.setValue(value)));
  }

  private void table(Consumer<ByteBuffer> edit) throws Exception {
    tensor(
        "model.layers.0.mlp.experts",
        tensor -> {
          ByteBuffer bytes =
              ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
          edit.accept(bytes);
          tensor.setRawData(ByteString.copyFrom(bytes.array()));
        });
  }

  private void attribute(String name, Consumer<AttributeProto.Builder> edit) throws Exception {
    Predicate<NodeProto.Builder> first = node -> node.getName().equals("model.layers.0.mlp");
    Consumer<ModelProto.Builder> all =
        m ->
            m.getGraphBuilder().getNodeBuilderList().stream()
                .filter(first)
                .flatMap(node -> node.getAttributeBuilderList().stream())
                .filter(attribute -> attribute.getName().equals(name))
                .forEach(edit);
    edited.graph(all);
  }

  private void assertRefused(String message) {
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> ModelDirectory.open(model));
    String found = String.valueOf(e.getMessage());
    assertTrue(found.contains(message), found);
    assertEquals(1, found.lines().count());
  }
}
