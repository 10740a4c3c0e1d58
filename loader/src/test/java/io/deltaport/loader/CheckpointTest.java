package io.deltaport.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class CheckpointTest {
  private static final Path KJV = Path.of("../fixtures/kjv-tiny");

  @Test
  void opensTheFixture() {
    Checkpoint checkpoint = Checkpoint.open(KJV);
    assertEquals(4, checkpoint.shards().size());
    assertEquals(8, checkpoint.config().numHiddenLayers());
    Tensor log = checkpoint.tensor("model.layers.0.linear_attn.A_log");
    assertEquals(4, TensorData.toFloats(log).length);
  }
}
