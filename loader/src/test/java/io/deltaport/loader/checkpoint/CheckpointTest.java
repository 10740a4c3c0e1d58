package io.deltaport.loader.checkpoint;

import static io.deltaport.loader.Refusals.assertRefused;
import static io.deltaport.loader.safetensors.SafetensorsBytes.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.config.ConfigSource;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.safetensors.SafetensorsBytes;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CheckpointTest {
  private static final Path FIXTURES = Path.of("../fixtures");
  private static final Path KJV = FIXTURES.resolve("kjv-tiny");

  @TempDir Path directory = Path.of("");

  private void config() throws IOException {
    Files.copy(KJV.resolve("config.json"), directory.resolve("config.json"));
  }

  private void shard(String name, String... tensors) {
    String[] entries = new String[tensors.length];
    for (int i = 0; i < tensors.length; i++) {
      entries[i] = tensor(tensors[i], "U8", "[1]", "[" + i + "," + (i + 1) + "]");
    }
    SafetensorsBytes.write(
        directory.resolve(name), "{" + String.join(",", entries) + "}", tensors.length);
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        directory.resolve("model.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
  }

  private void refused(String... parts) {
    assertRefused(() -> Checkpoint.open(directory), parts);
  }

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> cases = Files.list(FIXTURES.resolve("cases"))) {
      return cases.sorted().toList().stream();
    }
  }

  @Test
  void opensShardsWithAnIndex() {
    Checkpoint checkpoint = Checkpoint.open(KJV);
    assertEquals(4, checkpoint.shards().size());
    assertEquals(8, checkpoint.config().whole("num_hidden_layers", 0));
    assertEquals(Shape.of(2048, 128), checkpoint.tensor("model.embed_tokens.weight").shape());
    assertEquals(
        4, TensorData.toFloats(checkpoint.tensor("model.layers.0.linear_attn.A_log")).length);
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("pitfall 20: every layout of names opens")
  void opensEveryCase(Path path) {
    Checkpoint checkpoint = Checkpoint.open(path);
    assertTrue(checkpoint.tensors().size() > 3);
    assertTrue(checkpoint.config().optionalText("model_type").isPresent());
  }

  @Test
  @DisplayName("ModelOpt's own file says how weights are packed where the config does not")
  void readsTheFileOfModelOpt() throws IOException {
    config();
    shard("model.safetensors", "a");
    quantization("NVFP4");
    QuantizationConfig found =
        ConfigSource.read(Checkpoint.open(directory).config()).quantization().orElseThrow();
    assertEquals(new QuantizationConfig.ModelOpt("NVFP4", List.of("lm_head")), found);
    quantization("W4A8_AWQ");
    refused("hf_quant_config.json: quantization: quant_algo", "NVFP4", "W4A8_AWQ");
  }

  private void quantization(String algorithm) throws IOException {
    Files.writeString(
        directory.resolve("hf_quant_config.json"),
        "{\"producer\":{\"name\":\"modelopt\"},\"quantization\":{\"quant_algo\":\""
            + algorithm
            + "\",\"exclude_modules\":[\"lm_head\"]}}");
  }

  @Test
  void opensASingleFile() throws IOException {
    config();
    shard("model.safetensors", "a", "b");
    assertEquals(2, Checkpoint.open(directory).tensors().size());
  }

  @Test
  void opensAFileByItsName() throws IOException {
    config();
    shard("other.safetensors", "a");
    assertEquals(1, Checkpoint.open(directory.resolve("other.safetensors")).tensors().size());
  }

  @Test
  void theSingleFileGoesBeforeTheIndex() throws IOException {
    config();
    shard("model.safetensors", "a");
    index("{\"b\":\"gone.safetensors\"}");
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertEquals(1, checkpoint.tensors().size());
    assertEquals(Optional.of("model.safetensors.index.json"), checkpoint.unreadIndex());
  }

  @Test
  void otherSafetensorsFilesAreNotRead() throws IOException {
    config();
    shard("model.safetensors", "a");
    Files.writeString(directory.resolve("reference.safetensors"), "junk");
    assertEquals(1, Checkpoint.open(directory).shards().size());
  }

  @Test
  void opensACacheSnapshot() throws IOException {
    Path model = directory.resolve("models--org--name");
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    Path snapshot = Files.createDirectories(model.resolve("snapshots/0123"));
    Files.copy(KJV.resolve("config.json"), blobs.resolve("c"));
    SafetensorsBytes.write(blobs.resolve("w"), "{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 1);
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/c"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/w"));
    Checkpoint checkpoint = Checkpoint.open(snapshot);
    assertEquals("model.safetensors", checkpoint.shards().get(0).name());
    assertEquals(snapshot.resolve("model.safetensors"), checkpoint.shards().get(0).path());
    assertEquals(1, TensorData.toLongs(checkpoint.tensor("a")).length);
  }

  @Test
  void noConfig() {
    shard("model.safetensors", "a");
    refused("config.json", "nothing");
  }

  @Test
  void aConfigThatIsNoJson() throws IOException {
    Files.writeString(directory.resolve("config.json"), "model_type: qwen3_next");
    refused("config.json", "JSON");
  }

  @Test
  void noWeights() throws IOException {
    config();
    refused("model.safetensors or model.safetensors.index.json", "neither");
  }

  @Test
  void anotherFormatOfWeights() throws IOException {
    config();
    Files.writeString(directory.resolve("pytorch_model.bin"), "x");
    refused("model.safetensors", "pytorch_model.bin");
  }

  @Test
  void anIndexThatIsNoJson() throws IOException {
    config();
    Files.writeString(directory.resolve("model.safetensors.index.json"), "{");
    refused("model.safetensors.index.json", "JSON");
  }

  @Test
  void anIndexWithoutWeightMap() throws IOException {
    config();
    Files.writeString(directory.resolve("model.safetensors.index.json"), "{}");
    refused("weight_map", "an object", "nothing");
  }

  @Test
  void anIndexWithANumberForAFile() throws IOException {
    config();
    index("{\"a\":1}");
    refused("index.json: a", "a file name", "1");
  }

  @Test
  void anIndexWithAKeyTwice() throws IOException {
    config();
    index("{\"a\":\"1.safetensors\",\"a\":\"2.safetensors\"}");
    refused("model.safetensors.index.json", "Duplicate");
  }

  @Test
  void anIndexOfAFileThatIsNotThere() throws IOException {
    config();
    index("{\"a\":\"gone.safetensors\"}");
    refused("gone.safetensors", "nothing");
  }

  @Test
  void anIndexOfAPath() throws IOException {
    config();
    index("{\"a\":\"../../etc/passwd\"}");
    refused("../../etc/passwd", "a plain file name", "a path");
  }

  @Test
  void anIndexOfAnAbsolutePath() throws IOException {
    config();
    index("{\"a\":\"/etc/passwd\"}");
    refused("/etc/passwd", "a plain file name", "a path");
  }

  @Test
  void anIndexOfANameWithAZeroByte() throws IOException {
    config();
    index("{\"a\":\"w\\u0000.safetensors\"}");
    refused("w\\u0000.safetensors", "a plain file name");
  }

  @Test
  void anIndexThatListsATensorThatIsNotThere() throws IOException {
    config();
    shard("1.safetensors", "a");
    index("{\"a\":\"1.safetensors\",\"b\":\"1.safetensors\"}");
    Checkpoint checkpoint = Checkpoint.open(directory);
    assertEquals(Set.of("a"), checkpoint.tensors().keySet());
    assertEquals(Map.of("b", "1.safetensors"), checkpoint.absent());
  }

  @Test
  void anIndexThatLacksATensor() throws IOException {
    config();
    shard("1.safetensors", "a", "b");
    index("{\"a\":\"1.safetensors\"}");
    refused("index.json: b", "an entry for 1.safetensors", "none");
  }

  @Test
  void anIndexThatNamesAnotherShard() throws IOException {
    config();
    shard("1.safetensors", "a");
    shard("2.safetensors", "b", "c");
    index("{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\",\"c\":\"1.safetensors\"}");
    refused("index.json: c", "2.safetensors, which holds it", "1.safetensors");
  }

  @Test
  void aTensorInTwoShards() throws IOException {
    config();
    shard("1.safetensors", "a");
    shard("2.safetensors", "a", "b");
    index("{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}");
    refused("2.safetensors: a", "one tensor of a name", "1.safetensors too");
  }

  @Test
  void allProblemsOfAnIndexAtOnce() throws IOException {
    config();
    shard("1.safetensors", "a", "b");
    index("{\"c\":\"1.safetensors\",\"d\":\"1.safetensors\"}");
    refused(": a:", ": b:");
  }

  @Test
  void theIndexMetadataIsInformation() throws IOException {
    config();
    shard("1.safetensors", "a");
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":-1},\"weight_map\":{\"a\":\"1.safetensors\"}}");
    assertEquals(1, Checkpoint.open(directory).tensors().size());
  }

  @Test
  void aWrongGenerationConfig() throws IOException {
    config();
    shard("model.safetensors", "a");
    Files.writeString(directory.resolve("generation_config.json"), "{\"top_p\":7}");
    refused("generation_config.json: top_p", "0 to 1", "7");
  }

  @Test
  void aTensorThatIsNotThere() {
    assertRefused(() -> Checkpoint.open(KJV).tensor("x"), "x: expected a tensor", "none");
  }

  @Test
  void furtherFiles() {
    Checkpoint checkpoint = Checkpoint.open(KJV);
    assertTrue(checkpoint.file("tokenizer.json").isPresent());
    assertTrue(checkpoint.file("chat_template.jinja").isEmpty());
    assertRefused(() -> checkpoint.file("../README.md"), "a plain file name");
  }

  @Test
  void noDirectory() {
    assertRefused(() -> Checkpoint.open(directory.resolve("gone")), "a directory", "nothing");
  }
}
