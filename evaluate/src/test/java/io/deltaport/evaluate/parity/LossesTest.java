package io.deltaport.evaluate.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.loader.tensor.Shape;
import io.deltaport.runtime.FloatRows;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossesTest {
  @TempDir private Path directory;

  @Test
  void crossEntropyIsTheMeanOverNextTokens() {
    Path file =
        new ReferenceFile()
            .longs("mtp.input_ids", Shape.of(1, 3), 0, 1, 0)
            .write(directory.resolve("reference.safetensors"));
    TokenTable ids = Reference.read(file).drafts().orElseThrow().ids();
    float third = (float) Math.log(3);
    Table logits = table(3, 2, 0, third, 0, third, 9, 9);
    double expected = -(Math.log(0.75) + Math.log(0.25)) / 2;
    assertEquals(expected, Losses.crossEntropy(ids, logits), 1e-6);
  }

  @Test
  void evenRoutingHasTheLoadBalancingLossOfItsTopK() {
    Table even = table(2, 4, 5, 5, 0, 0, 0, 0, 5, 5);
    assertEquals(2, Losses.loadBalancing(List.of(even, even), 2), 1e-6);
  }

  @Test
  void oneSidedRoutingCostsMore() {
    Table oneSided = table(2, 4, 50, 0, 0, 0, 50, 0, 0, 0);
    assertEquals(4, Losses.loadBalancing(List.of(oneSided), 1), 1e-6);
  }

  private static Table table(int rows, int width, float... values) {
    return Table.of(FloatRows.wrap(FloatBuffer.wrap(values), rows, width));
  }
}
