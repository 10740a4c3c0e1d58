package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.ModelOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BenchDecodeTest {
  @Test
  void theShareIsTheMedianOfTheStretches() {
    assertEquals(0.5, new BenchDecode(1, List.of(4.0, 40.0, 8.0)).share(4));
    assertEquals(0.75, new BenchDecode(1, List.of(8.0, 4.0)).share(4));
    assertEquals(0.5, new BenchDecode(1, List.of(0.0, 8.0)).share(4));
  }

  @Test
  void withoutAReadRateThereIsNoShare() {
    assertTrue(Double.isNaN(new BenchDecode(1, List.of(0.0)).share(4)));
    assertTrue(Double.isNaN(new BenchDecode(1, List.of()).share(4)));
  }

  @Test
  void theReadRateIsAskedForAfterEachStretch() {
    AtomicInteger asked = new AtomicInteger();
    try (Model model = Model.open(Cli.KJV, ModelOptions.DEFAULT);
        BenchRun run = new BenchRun(model, 1, new Cancellation())) {
      run.prefill(8);
      BenchDecode decode = run.decode(2 * BenchRun.STRETCH + 1, asked::incrementAndGet);
      assertEquals(3, asked.get());
      assertEquals(3, decode.readable().size());
      assertTrue(decode.rate() > 0);
    }
  }
}
